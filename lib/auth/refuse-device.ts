import type { UserContext } from "@/lib/core/context";
import type { Failure } from "@/lib/core/errors";
import { answerApproval } from "./answer-approval";

/** "It isn't me": the new device is turned away, and its attempt over. Errors: those of answering. */
export async function refuseDevice(context: UserContext, id: string): Promise<Failure | void> {
  return answerApproval(context, id, { answer: "refused", reason: "not_me" });
}
