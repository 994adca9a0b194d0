import type { Metadata } from "next";
import { givenValues } from "@/app/given-values";
import type { SearchParams } from "@/app/search-params";
import { AuditView } from "@/components/admin/audit-view";
import { requirePermission } from "@/lib/access/require-permission";
import { getUser } from "@/lib/admin/get-user";
import { allEventsQuery, listAllEvents } from "@/lib/admin/list-all-events";
import { isFailure } from "@/lib/core/errors";
import { requireAdministrator } from "@/lib/web/page";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  const { context } = await requireAdministrator("/admin/audit", "events.read");
  const { values, query, errors } = await givenValues(searchParams, allEventsQuery);
  const [page, reader] = await Promise.all([query && listAllEvents(context, query), requirePermission(context, "users.read")]);
  const owner = query?.userId && !isFailure(reader) ? await getUser(reader, query.userId) : null;
  return <AuditView values={values} errors={errors} page={isFailure(page) ? null : page} owner={!owner || isFailure(owner) ? null : owner.email} />;
}
