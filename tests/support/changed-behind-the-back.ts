import { sha256 } from "@/lib/core/crypto";
import { query } from "@/scripts/servers/query";

/** As a change of address leaves it, and the mail about it an hour old. The token of its link. */
export async function changedBehindTheBack(databaseUrl: string, email: string, to: string, letter = "u"): Promise<string> {
  const token = letter.repeat(42) + to.length % 10;
  const done = { at: "2026-11-21T14:02:10.000Z", device: "Chrome on Windows", country: "CA", city: null, address: "8.8.8.8" };
  await query(databaseUrl, "update users set email = $2, email_key = $2, ways = ways + 1 where email_key = $1", [email, to]);
  await query(
    databaseUrl,
    `insert into outgoing_mails (id, kind, user_id, address, facts, reserves, not_after, created_at, sent_at, number, token_hash, link_expires_at)
     select gen_random_uuid(), 'email_changed', id, $2, $3, $2, now(), now() - interval '1 hour', now() - interval '1 hour', ways, $4, now() + interval '6 days' from users where email_key = $1`,
    [to, email, JSON.stringify({ done, newEmail: to }), sha256(token)],
  );
  return token;
}
