import type { Metadata } from "next";
import { givenValues } from "@/app/given-values";
import type { SearchParams } from "@/app/search-params";
import { InsightsView } from "@/components/insights/insights-view";
import { PlaceSource } from "@/components/ui/place-source";
import { readInsights } from "@/lib/insights/read-insights";
import { daysQuery } from "@/lib/insights/schema";
import { requireAdministrator } from "@/lib/web/page";

export const metadata: Metadata = { title: "Insights" };

export default async function InsightsPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireAdministrator("/admin/insights", "insights.read");
  const { query } = await givenValues(searchParams, daysQuery);
  const insights = await within(readInsights(context, query ?? daysQuery.parse({})));
  const may = { sessions: context.held.has("sessions.read"), events: context.held.has("events.read"), users: context.held.has("users.read") };
  return (
    <>
      <InsightsView insights={insights} may={may} />
      <PlaceSource included={context.geo.included} className="mt-1" />
    </>
  );
}
