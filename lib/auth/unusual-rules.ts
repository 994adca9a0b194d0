import { eq, sql } from "drizzle-orm";
import { addresses, events, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isPrivate } from "@/lib/addresses/is-private";
import type { Account } from "./find-account";
import type { UnusualRule } from "@/lib/mail/kinds";

const DAYS = 90;
const FAILURES = 5;

/**
 * Which rules say that a sign-in from a device that the account does not know looks like somebody else's (ACCOUNTS 7):
 * a country not seen in 90 days, five failures or more within the hour. Never from a private network, and never on an
 * account's first day. One statement; none where nobody asks for it.
 */
export async function unusualRules({ db, settings, request, geo }: Context, account: Account): Promise<UnusualRule[]> {
  if (settings.RISK === "off" || account.deviceId !== null || request.address === null || isPrivate(request.address)) return [];
  const { country } = geo.locate(request.address);
  const [known] = await db
    .select({
      isYoung: sql<boolean>`${users.createdAt} > clock_timestamp() - interval '1 day'`,
      countries: sql<string[]>`array(select distinct ${addresses.country} from ${addresses} where ${addresses.userId} = ${account.id} and ${addresses.lastSeenAt} > clock_timestamp() - make_interval(days => ${DAYS}) and ${addresses.country} is not null)`,
      failures: sql<number>`(select count(*)::int from (select 1 from ${events} where ${events.userId} = ${account.id} and ${events.type} in ('sign_in.failed', 'sign_in.refused') and ${events.at} > clock_timestamp() - interval '1 hour' limit ${FAILURES}) few)`,
    })
    .from(users)
    .where(eq(users.id, account.id));
  if (!known || known.isYoung) return [];
  const rules: UnusualRule[] = [];
  if (country !== null && known.countries.length > 0 && !known.countries.includes(country)) rules.push("new_country");
  if (known.failures >= FAILURES) rules.push("many_failures");
  return rules;
}
