import type { Metadata } from "next";
import { givenValues } from "@/app/given-values";
import type { SearchParams } from "@/app/search-params";
import { AuditView } from "@/components/admin/audit-view";
import { PlaceSource } from "@/components/ui/place-source";
import { allEventsQuery, listAllEvents } from "@/lib/admin/list-all-events";
import { isFailure } from "@/lib/core/errors";
import { requireAdministrator } from "@/lib/web/page";
import { emailOf } from "../email-of";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireAdministrator("/admin/audit", "events.read");
  const { values, query, errors } = await givenValues(searchParams, allEventsQuery);
  const [page, owner] = await within(Promise.all([query && listAllEvents(context, query), emailOf(context, query?.userId)]));
  return (
    <>
      <AuditView values={values} errors={errors} page={isFailure(page) ? null : page} owner={owner} zone={context.settings.TIME_ZONE} />
      <PlaceSource included={context.geo.included} />
    </>
  );
}
