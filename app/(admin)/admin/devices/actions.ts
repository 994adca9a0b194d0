"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { nextPath } from "@/app/(auth)/next-path";
import { endAnySession } from "@/lib/admin/end-any-session";
import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endSelectedSessions } from "@/lib/admin/end-selected-sessions";
import { endMatchingInput, reasonSchema } from "@/lib/admin/session-filter";
import { adminAction } from "@/lib/web/action";
import { orConfirmFirst, shownProof } from "@/lib/web/confirm-first";
import { endPage } from "./end/end-page";
import { packPicks } from "./packed-picks";

/** An empty field is no reason. */
const reason = z.preprocess((text) => (typeof text === "string" && text.trim() === "" ? undefined : text), reasonSchema.optional());

export const endSessionAction = adminAction("sessions.end", z.strictObject({ sessionId: z.string(), reason }), async (context, input) => {
  const ended = await endAnySession(context, input.sessionId, input.reason);
  refresh();
  return ended;
});

const PICK = "pick.";
/** `page`: where the list stands, to come back to. */
const pickedForm = z.looseObject({ reason, page: z.string().optional() }).transform((fields) => ({
  reason: fields.reason,
  page: nextPath(fields.page) ?? "/admin/devices",
  ids: Object.keys(fields).filter((name) => name.startsWith(PICK)).map((name) => name.slice(PICK.length)),
}));

export const endSelectedAction = adminAction("sessions.end", pickedForm, async (context, { ids, reason: note, page }) => {
  const ended = await endSelectedSessions(context, ids, await shownProof(context), note);
  refresh();
  return orConfirmFirst(context, ended, page, { picked: packPicks(ids), ...(note && { reason: note }) });
});

const matchingForm = endMatchingInput.omit({ dryRun: true }).extend({ reason });

export const endMatchingAction = adminAction("sessions.end", matchingForm, async (context, input) => {
  const ended = await endMatchingSessions(context, { ...input, dryRun: false }, await shownProof(context));
  return orConfirmFirst(context, ended, endPage(input), { about: "end", ...(input.reason && { reason: input.reason }) });
});
