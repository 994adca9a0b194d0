"use server";

import { z } from "zod";
import type { ApprovalOutcome } from "@/components/approvals/approval-actions";
import { approveDevice } from "@/lib/auth/approve-device";
import { refuseDevice } from "@/lib/auth/refuse-device";
import { approvalInput } from "@/lib/auth/schema";
import type { Failure } from "@/lib/core/errors";
import { type Lead, leadTo, userAction } from "@/lib/web/action";

/** `card`: from the devices page itself, which says what came of it when it is loaded anew. */
const form = z.strictObject({ approvalId: z.string(), card: z.literal("on").optional() });
const approveForm = form.extend({ digits: approvalInput.shape.digits });
/** A form sends all of its fields. */
const refuseForm = form.extend({ digits: z.string().optional() });

export const approveDeviceAction = userAction(approveForm, async (context, { approvalId, digits, card }) => outcomeOf(await approveDevice(context, approvalId, { digits }), "approved", card));

export const refuseDeviceAction = userAction(refuseForm, async (context, { approvalId, card }) => outcomeOf(await refuseDevice(context, approvalId), "refused", card));

function outcomeOf(failure: Failure | void, done: ApprovalOutcome, card: "on" | undefined): ApprovalOutcome | Failure | Lead {
  const outcome = failure ? afterFailure(failure) : done;
  return typeof outcome === "string" && card ? leadTo(`/devices?approval=${outcome}`) : outcome;
}

/** What is no answer any more is no failure of whoever gave it: words of its own tell them. */
function afterFailure(failure: Failure): ApprovalOutcome | Failure {
  if (failure.failure === "invalid_code") return "wrong";
  if (failure.failure === "conflict") return "answered";
  if (failure.failure === "attempt_over" || failure.failure === "not_found") return "over";
  return failure;
}
