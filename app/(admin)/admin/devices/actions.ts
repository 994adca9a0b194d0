"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { endAnySession } from "@/lib/admin/end-any-session";
import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endSelectedSessions } from "@/lib/admin/end-selected-sessions";
import { endMatchingInput, reasonSchema } from "@/lib/admin/session-filter";
import { adminAction } from "@/lib/web/action";

/** An empty field is no reason. */
const reason = z.preprocess((text) => (typeof text === "string" && text.trim() === "" ? undefined : text), reasonSchema.optional());

export const endSessionAction = adminAction("sessions.end", z.strictObject({ sessionId: z.string(), reason }), async (context, input) => {
  const ended = await endAnySession(context, input.sessionId, input.reason);
  refresh();
  return ended;
});

const PICK = "pick.";
const pickedForm = z.looseObject({ reason }).transform((fields) => ({
  reason: fields.reason,
  ids: Object.keys(fields).filter((name) => name.startsWith(PICK)).map((name) => name.slice(PICK.length)),
}));

export const endSelectedAction = adminAction("sessions.end", pickedForm, async (context, { ids, reason: note }) => {
  const ended = await endSelectedSessions(context, ids, note);
  refresh();
  return ended;
});

const matchingForm = endMatchingInput.omit({ dryRun: true }).extend({ reason });

export const endMatchingAction = adminAction("sessions.end", matchingForm, (context, input) => endMatchingSessions(context, { ...input, dryRun: false }));
