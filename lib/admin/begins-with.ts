import { or, type SQL, sql } from "drizzle-orm";
import { users } from "@/db/schema";

/** Users whose e-mail address or name begins so; two indexes serve it. */
export function begins(q: string): SQL | undefined {
  const pattern = `${q.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  return or(sql`${users.emailKey} like ${pattern}`, sql`lower(${users.name}) like lower(${pattern})`);
}
