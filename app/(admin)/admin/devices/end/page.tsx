import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { givenValues } from "@/app/given-values";
import type { SearchParams } from "@/app/search-params";
import { EndMatching } from "@/components/admin/end-matching";
import { filterWords } from "@/components/admin/filter-words";
import { PlaceSource } from "@/components/ui/place-source";
import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endMatchingInput } from "@/lib/admin/session-filter";
import { isFailure } from "@/lib/core/errors";
import { requireAdministrator } from "@/lib/web/page";
import { emailOf } from "../../email-of";
import { typedHere } from "../../typed-here";
import { endMatchingAction } from "../actions";
import { endPage } from "./end-page";

export const metadata: Metadata = { title: "End sessions" };

/** The dry run, shown before anything ends. */
export default async function EndMatchingPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireAdministrator("/admin/devices", "sessions.end");
  const { values, query } = await givenValues(searchParams, endMatchingInput.omit({ dryRun: true, reason: true, status: true }));
  const counted = query && (await within(endMatchingSessions(context, { ...query, dryRun: true }, { secret: null })));
  if (query === null || counted === null || isFailure(counted)) return redirect("/admin/devices");
  const typed = await typedHere(context, endPage(query));
  const words = filterWords(values, await within(emailOf(context, query.userId))).map((chip) => chip.words);
  return (
    <>
      <EndMatching values={values} words={words} counted={counted} typed={typed.reason ?? (typed.about ? "" : null)} action={endMatchingAction} />
      {values.country && <PlaceSource included={context.geo.included} />}
    </>
  );
}
