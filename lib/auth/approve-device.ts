import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { answerApproval } from "./answer-approval";
import { areDigitsOf } from "./approval-digits";
import type { ApprovalInput } from "./schema";

/**
 * Lets a new device in that shows these two digits. Other ones turn it away: whoever answers without having it before them
 * is being deceived. Errors: `invalid_code` (the attempt is over), and those of answering.
 */
export async function approveDevice(context: UserContext, id: string, { digits }: ApprovalInput): Promise<Failure | void> {
  if (areDigitsOf(context, id, digits)) return answerApproval(context, id, { answer: "approved" });
  const failure = await answerApproval(context, id, { answer: "refused", reason: "digits" });
  return failure ?? fail("invalid_code", { triesLeft: 0, detail: "That is not the number which the new device shows. It was turned away." });
}
