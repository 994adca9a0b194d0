import type { FormAction } from "@/components/ui/action-state";

/** The server actions that the devices page works with; the page hands them in. */
export type DeviceActions = {
  /** Form field `sessionId`. */
  endSession: FormAction<{ lastUsedAt: string }>;
  endOthers: FormAction<{ ended: number }>;
  /** Form field `deviceId`; `plain` comes from a page without scripts. */
  forgetDevice: FormAction<null>;
  /** Form field `deviceId`; `plain` as above. */
  stopTrusting: FormAction<null>;
  /** Form fields `deviceId` and `name`; an empty name brings the automatic one back. */
  renameDevice: FormAction<null>;
};
