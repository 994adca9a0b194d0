import type { FormAction } from "@/components/ui/action-state";
import type { Ended } from "@/lib/admin/schema";
import type { HandedLink } from "@/lib/auth/schema";

/** What the table of sessions works with; the page hands them in. `reason` may be empty. */
export type SessionActions = {
  /** Form fields `sessionId`, `reason`. */
  endSession: FormAction<{ lastUsedAt: string }>;
  /** Form fields `pick.<session id>`, one for each that is picked, and `reason`. */
  endSelected: FormAction<{ ended: number }>;
};

/** The filter's fields and `reason`. */
export type EndMatchingAction = FormAction<Ended>;

export type UserActions = {
  /** Form fields `userId`, `role`. */
  changeRole: FormAction<null>;
  /** Form fields `userId`, `disabled` ("true" or "false"). */
  setDisabled: FormAction<null>;
  /** Form field `userId`. */
  makeResetLink: FormAction<HandedLink>;
};

/** Form fields `name` and `may.<permission>` for each that is allowed. */
export type PutRoleAction = FormAction<{ name: string }>;
