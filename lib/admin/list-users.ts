import { and, desc, sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { type Failure, isFailure } from "@/lib/core/errors";
import { cursorTime, decodeCursor, encodeCursor, type Page, pageQuery } from "@/lib/core/page";
import { displayText } from "@/lib/core/text";
import { iso } from "@/lib/core/time";
import { adminUserViews } from "./admin-user-views";
import { begins } from "./begins-with";
import { byFactor } from "./by-factor";
import { type AdminUser, factorFilters } from "./schema";

export const usersQuery = pageQuery.extend({
  q: displayText(254).optional(),
  factor: z.enum(factorFilters).optional().meta({ description: "Whose second step is `on` or `off`; who has an authenticator app (`totp`), a `passkey`, or `none` of them" }),
});
export type UsersQuery = z.infer<typeof usersQuery>;

const cursorKeys = z.tuple([cursorTime, z.uuid()]);

/** Everyone, the newest account first. Errors: `invalid_input` (cursor). */
export async function listUsers(context: AdminContext<"users.read">, { q, factor, limit, cursor }: UsersQuery): Promise<Page<AdminUser> | Failure> {
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const rows = await context.db
    .select()
    .from(users)
    .where(and(q ? begins(q) : undefined, factor && byFactor(context, factor), after ? sql`(${users.createdAt}, ${users.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined))
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { items: await adminUserViews(context, page), nextCursor: last ? encodeCursor([iso(last.createdAt), last.id]) : null };
}
