import { unknownRoles } from "@/lib/access/unknown-roles";
import { dropOldProofs } from "@/lib/auth/drop-old-proofs";
import { closeOver } from "@/lib/auth/note-refusal";
import { noteRequiredSteps } from "@/lib/auth/note-required-steps";
import { deletionQueue } from "@/lib/avatars/deletion-queue";
import { requestQueue } from "@/lib/avatars/request-queue";
import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import { keepInsights } from "@/lib/insights/keep-insights";
import { knowsZone } from "@/lib/insights/knows-zone";
import { keepJobs } from "@/lib/jobs/keep-jobs";
import { erasureQueue } from "@/lib/leaving/erasure-queue";
import { exportQueue } from "@/lib/leaving/export-queue";
import { forgetOld } from "@/lib/leaving/forget-old";
import { tidyExports } from "@/lib/leaving/tidy-exports";
import { discoverAll } from "@/lib/providers/discover";
import { listLinkedOnly } from "@/lib/providers/list-providers";
import { systemContext } from "@/lib/platform/system-context";
import { keepSessions } from "@/lib/sessions/keep-sessions";
import { remindOfEnds } from "@/lib/sessions/remind-of-ends";
import { getServices } from "./services";

const TIDY_MS = 10 * 60_000;

/** Starts what runs beside the requests; mail is sent by a process of its own (scripts/send-mails.ts). Idempotent in a process. */
export async function startBackground(): Promise<void> {
  const services = await getServices();
  const context = systemContext(services);
  void singleton("settings.check", () => checkSettings(context));
  keepSessions(context);
  discoverAll(context);
  void singleton("roles.check", () => checkRoles(context));
  void singleton("second-steps.noted", () => noteSteps(context));
  singleton("proofs.keeper", () => repeat(context, dropOldProofs, "auth: old attempts and mails are dropped later"));
  singleton("refusals.keeper", () => repeat(context, async ({ clock }) => closeOver(clock.now()), "auth: refusals are summed up later"));
  singleton("reminders.keeper", () => repeat(context, remindOfEnds, "sessions: owners are reminded of ends later"));
  singleton("insights.keeper", () => keepInsights(context));
  singleton("exports.keeper", () => repeat(context, tidyExports, "leaving: exports are tidied later"));
  singleton("retention.keeper", () => repeat(context, async () => void (await forgetOld(context)), "leaving: what is old is forgotten later"));
  singleton("jobs.keeper", () => keepJobs(context, services.listen, [requestQueue, deletionQueue, exportQueue, erasureQueue]));
}

/** What settings say that is right by itself, and does not do what was meant. */
async function checkSettings(context: Context): Promise<void> {
  const linkedOnly = listLinkedOnly(context).map(({ name }) => name);
  if (linkedOnly.length > 0) context.log.warn({ names: linkedOnly }, "providers: without mail these make no accounts, and open only those that are linked to them (OIDC_<NAME>_TRUST_EMAIL)");
  const isKnown = await knowsZone(context).catch(() => true);
  if (!isKnown) context.log.error({ zone: context.settings.TIME_ZONE }, "insights: PostgreSQL does not know TIME_ZONE, so nothing is counted");
}

/** No error: a role may be made later, and then it counts at once. */
async function checkRoles(context: Context): Promise<void> {
  const names = await unknownRoles(context).catch(() => []);
  if (names.length > 0) context.log.warn({ names }, "access: REQUIRE_SECOND_FACTOR names what is no role; nobody is asked because of it");
}

/** No error: what is not noted now is noted with the account's next change, or at the next start. */
async function noteSteps(context: Context): Promise<void> {
  await noteRequiredSteps(context).catch((error: unknown) => context.log.warn({ err: error }, "auth: since when a role needs a second step is noted later"));
}

function repeat(context: Context, work: (context: Context) => Promise<void>, whenFailed: string): NodeJS.Timeout {
  return setInterval(() => void work(context).catch((error: unknown) => context.log.warn({ err: error }, whenFailed)), TIDY_MS).unref();
}
