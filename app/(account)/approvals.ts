import type { ApprovalActions } from "@/components/approvals/approval-actions";
import { approveDeviceAction, refuseDeviceAction } from "./approval-actions";

/** For the frame of every page of who is signed in. */
export const approvalActions: ApprovalActions = { approve: approveDeviceAction, refuse: refuseDeviceAction };
