import type { FormAction } from "@/components/ui/action-state";

/** What came of an answer: the last two are of one that came too late, after another one or after all. */
export const approvalOutcomes = ["approved", "refused", "wrong", "answered", "over"] as const;
export type ApprovalOutcome = (typeof approvalOutcomes)[number];

/** The server actions by which a new device that waits is answered for; form field `approvalId`. */
export type ApprovalActions = {
  /** Form field `digits`. */
  approve: FormAction<ApprovalOutcome>;
  refuse: FormAction<ApprovalOutcome>;
};
