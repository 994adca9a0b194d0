import type { FormAction } from "@/components/ui/action-state";
import type { Ended } from "@/lib/admin/schema";
import type { HandedLink } from "@/lib/auth/schema";

/** What the table of sessions works with; the page hands them in. `reason` may be empty. */
export type SessionActions = {
  /** Form fields `sessionId`, `reason`. */
  endSession: FormAction<{ lastUsedAt: string }>;
  /** Form fields `pick.<session id>`, one for each that is picked, `reason`, and `page`: where the list stands. */
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

/** `deleteUser`: form fields `userId`, `email` (typed); `keepUser`: `userId`. */
export type DeletionActions = { deleteUser: FormAction<null>; keepUser: FormAction<null> };

/** The sessions that were picked, and why, when who picked them was asked first who they are. */
export type PickedBefore = { picked: readonly string[]; reason: string };

/** Form field `userId`. */
export type ResetFactorsAction = FormAction<null>;

/** What somebody was about to do with a user when they were asked first who they are, and for a role which, for a deletion what they had typed. */
export type AboutToDo = { about?: string; role?: string; email?: string };

/** Form fields `name` and `may.<permission>` for each that is allowed. */
export type PutRoleAction = FormAction<{ name: string }>;
