import { or, type SQL, sql } from "drizzle-orm";
import { users } from "@/db/schema";

/** No character comes after it. */
const LAST = "\u{10FFFF}";

/**
 * Users whose e-mail address or name begins so, said as a range of bytes: an index each serves it in every plan. (With
 * `like` PostgreSQL looked at all users once their sessions were joined: docs/admin-lists.md.)
 */
export function begins(q: string): SQL | undefined {
  return or(within(sql`${users.emailKey}`, q.toLowerCase()), within(sql`lower(${users.name})`, q));
}

function within(text: SQL, prefix: string): SQL {
  return sql`(${text} ~>=~ lower(${prefix}) and ${text} ~<~ lower(${prefix + LAST}))`;
}
