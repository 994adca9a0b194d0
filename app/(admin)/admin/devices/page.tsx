import type { Metadata } from "next";
import { givenValues } from "@/app/given-values";
import type { SearchParams } from "@/app/search-params";
import { DevicesOfAll } from "@/components/admin/devices-of-all";
import { PlaceSource } from "@/components/ui/place-source";
import { findBeyondReach } from "@/lib/access/reach";
import { countriesInUse } from "@/lib/admin/countries-in-use";
import { listAllSessions } from "@/lib/admin/list-all-sessions";
import { sessionsQuery } from "@/lib/admin/session-filter";
import { summariseSessions } from "@/lib/admin/summarise-sessions";
import { isFailure } from "@/lib/core/errors";
import { anyBeganThrough } from "@/lib/providers/began-through";
import { requireAdministrator } from "@/lib/web/page";
import { emailOf } from "../email-of";
import { typedHere } from "../typed-here";
import { endSelectedAction, endSessionAction } from "./actions";
import { unpackPicks } from "./packed-picks";

export const metadata: Metadata = { title: "All devices" };

export default async function AdminDevicesPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireAdministrator("/admin/devices", "sessions.read");
  const { values, query, errors } = await givenValues(searchParams, sessionsQuery);
  const [page, summary, countries, owner] = await within(
    Promise.all([
      query && listAllSessions(context, query),
      summariseSessions(context),
      countriesInUse(context),
      emailOf(context, query?.userId),
    ]),
  );
  const shown = new URLSearchParams(values).toString();
  const here = shown === "" ? "/admin/devices" : `/admin/devices?${shown}`;
  const { picked, reason = "" } = await typedHere(context, here);
  const items = page === null || isFailure(page) ? [] : page.items;
  const mayEnd = context.held.has("sessions.end");
  const beyond = mayEnd ? await within(findBeyondReach(context, items.map(({ user }) => user.id))) : new Set<string>();
  const through = await within(anyBeganThrough(context, items.map(({ id }) => id)));
  const bad = isFailure(page) ? Object.fromEntries((page.errors ?? []).map(({ path, message }) => [path, message])) : errors;
  return (
    <>
      <DevicesOfAll
        sessionId={context.actor.sessionId}
        values={values}
        errors={bad}
        page={page === null || isFailure(page) ? null : page}
        summary={summary}
        countries={countries}
        owner={owner}
        beyond={beyond}
        through={through}
        here={here}
        typed={picked === undefined ? null : { picked: unpackPicks(picked, items.map(({ id }) => id)), reason }}
        actions={mayEnd ? { endSession: endSessionAction, endSelected: endSelectedAction } : null}
      />
      <PlaceSource included={context.geo.included} />
    </>
  );
}
