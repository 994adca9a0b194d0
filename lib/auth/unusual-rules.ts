import { eq, sql } from "drizzle-orm";
import { addresses, users } from "@/db/schema";
import { isPrivate } from "@/lib/addresses/is-private";
import type { Context } from "@/lib/core/context";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { distanceInKm } from "./distance";
import type { Account } from "./find-account";

const DAYS = 90;
const FAILURES = 5;
/** A plane's; and how far off databases of addresses are at times. */
const KM_PER_HOUR = 900;
const NEAR_KM = 500;
const HOUR_MS = 3_600_000;

type LastUse = { address: string; at: string };

/**
 * Which rules say that a sign-in from a device that the account does not know looks like somebody else's (ACCOUNTS 7):
 * a country not seen in 90 days, farther from the last use than anybody flies (with a city database), five failures or
 * more within the hour. Never from a private network, and never on an account's first day. One statement; none where
 * nobody asks for it. `failures`: as the limits count them, whom no flood of other events hides anything from.
 */
export async function unusualRules({ db, settings, request, geo, clock }: Context, account: Account, failures: number): Promise<UnusualRule[]> {
  const { address } = request;
  if (settings.RISK === "off" || account.deviceId !== null || address === null || isPrivate(address)) return [];
  const [known] = await db
    .select({
      isYoung: sql<boolean>`${users.createdAt} > clock_timestamp() - interval '1 day'`,
      countries: sql<string[]>`array_to_json(array(select distinct ${addresses.country} from ${addresses} where ${addresses.userId} = ${account.id} and ${addresses.lastSeenAt} > clock_timestamp() - make_interval(days => ${DAYS}) and ${addresses.country} is not null))`,
      last: sql<LastUse | null>`(select json_build_object('address', host(${addresses.address}), 'at', ${addresses.lastSeenAt}) from ${addresses} where ${addresses.userId} = ${account.id} order by ${addresses.lastSeenAt} desc limit 1)`,
    })
    .from(users)
    .where(eq(users.id, account.id));
  if (!known || known.isYoung) return [];
  const { country } = geo.locate(address);
  const isNewCountry = country !== null && known.countries.length > 0 && !known.countries.includes(country);
  const fired: Record<UnusualRule, boolean> = { new_country: isNewCountry, far_away: known.last !== null && isTooFar(geo, address, known.last, clock.now()), many_failures: failures >= FAILURES };
  return (Object.keys(fired) as UnusualRule[]).filter((rule) => fired[rule]);
}

function isTooFar(geo: Context["geo"], address: string, last: LastUse, now: number): boolean {
  const [here, there] = [geo.position(address), geo.position(last.address)];
  if (here === null || there === null) return false;
  const km = distanceInKm(here, there);
  return km > NEAR_KM && km > KM_PER_HOUR * (Math.max(0, now - Date.parse(last.at)) / HOUR_MS);
}
