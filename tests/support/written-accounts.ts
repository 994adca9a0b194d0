import { hash } from "@node-rs/argon2";
import { HASH_PARAMETERS } from "@/lib/auth/hash-password";
import { newId } from "@/lib/core/ids";
import { query } from "@/scripts/servers/query";

export const PASSWORD = "seventeen blue kettles";

/** What an address may be to us; nobody may learn which it is (promise 9). */
export const kindsOfAddress = ["known", "unknown", "disabled", "unverified", "without a password"] as const;
export type KindOfAddress = (typeof kindsOfAddress)[number];

let passwordHash: Promise<string> | undefined;

/**
 * New addresses of this kind, all of one length; those that have an account have it by an INSERT, two days ago, for attacks
 * need many. All have one password.
 */
export async function writeAddresses(databaseUrl: string, kind: KindOfAddress, count: number): Promise<{ id: string; email: string }[]> {
  const made = Array.from({ length: count }, () => {
    const id = newId();
    return { id, email: `person-${id}@example.com` };
  });
  if (kind === "unknown") return made;
  passwordHash ??= hash(PASSWORD, HASH_PARAMETERS);
  await query(
    databaseUrl,
    `insert into users (id, email, email_key, email_verified, name, password_hash, disabled_at, created_at)
     select id::uuid, email, email, $2 <> 'unverified', 'Zo Li', case when $2 = 'without a password' then null else $3 end, case when $2 = 'disabled' then clock_timestamp() end, clock_timestamp() - interval '2 days'
     from jsonb_to_recordset($1::text::jsonb) as made (id text, email text)`,
    [JSON.stringify(made), kind, await passwordHash],
  );
  return made;
}

/** A new account with a proven address and the password above. */
export async function writeAccount(databaseUrl: string): Promise<{ id: string; email: string }> {
  return (await writeAddresses(databaseUrl, "known", 1))[0] as { id: string; email: string };
}
