import { type SQL, sql } from "drizzle-orm";
import { insightCounts } from "@/db/schema";
import { COMMON_BROWSERS, COMMON_SYSTEMS } from "@/lib/devices/common-names";
import type { Day } from "./day";

/** For so long a name that two accounts had on one day is nobody's own. */
const REMEMBERED_DAYS = 365;

/**
 * Whether a row of `ranked` (figure, name, its first and its last account) may keep its name when its day is closed. Figures
 * outlive accounts, and clients choose what they are called: "anas-own-app" would go on telling of Ana when she is erased.
 * So a name is one that everybody knows, or one that two accounts had on that day or on one that was closed in the year before.
 */
export function mayBeNamed({ day }: Day): SQL {
  return sql`(figure = 'kinds' or name = '' or first_account <> last_account
    or (figure = 'browsers' and name in ${COMMON_BROWSERS})
    or (figure = 'systems' and regexp_replace(name, ' \\d{1,3}(\\.\\d{1,2}){0,2}$', '') in ${COMMON_SYSTEMS})
    or exists (select from ${insightCounts} as told where told.figure = ranked.figure and told.key = ranked.name and told.day >= ${day}::date - ${REMEMBERED_DAYS}::int and told.day < ${day}::date))`;
}
