import { sql } from "drizzle-orm";
import { addresses } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";

/** The countries that any address was in: one step in the index a country, not a look at every address. */
export async function countriesInUse({ db }: AdminContext<"sessions.read">): Promise<string[]> {
  const rows = await db.execute<{ country: string }>(sql`
    with recursive found as (
      (select country from ${addresses} where country is not null order by country limit 1)
      union all
      select (select country from ${addresses} where country > found.country order by country limit 1) from found where found.country is not null
    )
    select country from found where country is not null`);
  return rows.map(({ country }) => country);
}
