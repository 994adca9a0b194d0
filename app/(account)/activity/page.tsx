import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "@/app/search-params";
import { ActivityView } from "@/components/activity/activity-view";
import { isFailure } from "@/lib/core/errors";
import { listEvents } from "@/lib/events/list-events";
import { eventTypes } from "@/lib/events/schema";
import { listAddresses } from "@/lib/sessions/list-addresses";
import { requireUser } from "@/lib/web/page";

export const metadata: Metadata = { title: "Activity" };

const EVENTS = 30;
const ADDRESSES = 50;

export default async function ActivityPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireUser("/activity");
  const query = await searchParams;
  const type = eventTypes.find((known) => known === query.type) ?? null;
  const cursor = typeof query.cursor === "string" ? query.cursor : undefined;
  const [events, addresses] = await within(
    Promise.all([
      listEvents(context, { limit: EVENTS, ...(type && { type }), ...(cursor && { cursor }) }),
      listAddresses(context, { limit: ADDRESSES }),
    ]),
  );
  // Only the cursor can be wrong, and only in an address typed by hand.
  if (isFailure(events) || isFailure(addresses)) return redirect("/activity");
  return <ActivityView events={events} addresses={addresses.items} type={type} older={cursor !== undefined} />;
}
