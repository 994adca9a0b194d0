"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { isFailure } from "@/lib/core/errors";
import { renameDevice } from "@/lib/devices/rename-device";
import { deviceNameInput } from "@/lib/devices/schema";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { endSession } from "@/lib/sessions/end-session";
import { forgetDevice } from "@/lib/auth/forget-device";
import { stopTrusting } from "@/lib/auth/stop-trusting";
import { leadTo, userAction } from "@/lib/web/action";

export const endSessionAction = userAction(z.strictObject({ sessionId: z.string() }), async (context, { sessionId }) => {
  const ended = await endSession(context, sessionId);
  refresh();
  return ended;
});

export const endOthersAction = userAction(z.strictObject({}), async (context) => {
  const ended = await endAllSessions(context, { keepCurrent: true });
  refresh();
  return ended;
});

const deviceForm = z.strictObject({ deviceId: z.string(), plain: z.literal("on").optional() });

export const forgetDeviceAction = userAction(deviceForm, async (context, { deviceId, plain }) => {
  const failure = await forgetDevice(context, deviceId);
  if (isFailure(failure)) return failure;
  // The device may have been the one that asks: a page without scripts has to ask anew who is here.
  if (plain) return leadTo("/devices");
  refresh();
  return null;
});

export const stopTrustingAction = userAction(deviceForm, async (context, { deviceId, plain }) => {
  const failure = await stopTrusting(context, deviceId);
  if (isFailure(failure)) return failure;
  if (plain) return leadTo("/devices");
  refresh();
  return null;
});

/** An empty field brings the automatic name back. */
const renameForm = z.strictObject({
  deviceId: z.string(),
  name: z.preprocess((name) => (typeof name === "string" && name.trim() === "" ? null : name), deviceNameInput.shape.name),
});

export const renameDeviceAction = userAction(renameForm, async (context, { deviceId, name }) => {
  const renamed = await renameDevice(context, deviceId, { name });
  if (isFailure(renamed)) return renamed;
  refresh();
  return null;
});
