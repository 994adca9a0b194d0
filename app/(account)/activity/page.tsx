import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "@/app/search-params";
import { visitorZone } from "@/app/visitor-zone";
import { ActivityView } from "@/components/activity/activity-view";
import { PlaceSource } from "@/components/ui/place-source";
import { isFailure } from "@/lib/core/errors";
import { eventTypes } from "@/lib/events/schema";
import { habitDays, listOwnSignInTimes } from "@/lib/insights/sign-in-times";
import { listActivity } from "@/lib/sessions/list-activity";
import { listAddresses } from "@/lib/sessions/list-addresses";
import { requireUser } from "@/lib/web/page";

export const metadata: Metadata = { title: "Activity" };

const LINES = 50;
const ADDRESSES = 50;

export default async function ActivityPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireUser("/activity");
  const query = await searchParams;
  const type = eventTypes.find((known) => known === query.type) ?? null;
  const cursor = typeof query.cursor === "string" ? query.cursor : undefined;
  const [activity, addresses, times, zone] = await within(
    Promise.all([
      listActivity(context, { limit: LINES, ...(type && { type }), ...(cursor && { cursor }) }),
      listAddresses(context, { limit: ADDRESSES }),
      type || cursor ? [] : listOwnSignInTimes(context),
      visitorZone(),
    ]),
  );
  // Only the cursor can be wrong, and only in an address typed by hand.
  if (isFailure(activity) || isFailure(addresses)) return redirect("/activity");
  return (
    <>
      <ActivityView activity={activity} addresses={addresses} times={times} zone={zone} days={habitDays(context)} type={type} older={cursor !== undefined} />
      <PlaceSource included={context.geo.included} />
    </>
  );
}
