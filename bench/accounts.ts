import { query } from "@/scripts/servers/query";
import { hash } from "@node-rs/argon2";
import { HASH_PARAMETERS } from "@/lib/auth/hash-password";
import { newId } from "@/lib/core/ids";
import type { RunningApp, Servers } from "./bench-servers";

export const PASSWORD = "seventeen blue kettles";

/** Makes accounts of one password, straight into the database; their e-mail addresses. */
export async function makeAccounts({ databaseUrl }: Servers, name: string, count: number): Promise<string[]> {
  const passwordHash = await hash(PASSWORD, HASH_PARAMETERS);
  const emails = Array.from({ length: count }, (_one, index) => `${name}-${index}@example.com`);
  const rows = emails.map((email) => `('${newId()}', '${email}', '${email}', 'Bench', '${passwordHash}')`);
  await query(databaseUrl, `insert into users (id, email, email_key, name, password_hash) values ${rows.join()}`);
  return emails;
}

/** Signs in from a new browser; the session's cookie. */
export async function signIn({ origin }: RunningApp, email: string): Promise<string> {
  const answer = await fetch(`${origin}/api/auth/signin`, { method: "POST", headers: { origin, "content-type": "application/json" }, body: JSON.stringify({ email, password: PASSWORD }) });
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith("latchkey="))?.split(";")[0];
  if (!cookie) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return cookie;
}
