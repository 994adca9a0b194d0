import type { FormAction } from "@/components/ui/action-state";
import type { MadeCodes } from "@/lib/factors/schema";
import type { Preferences } from "@/lib/users/schema";

/** The server actions that the page of security works with; the page hands them in. */
export type SecurityActions = {
  /** Leads to the page that shows the secret. */
  setUpApp: FormAction<null>;
  turnOffApp: FormAction<null>;
  makeCodes: FormAction<MadeCodes>;
  /** Form fields `passkeyId` and `name`; `plain` comes from a page without scripts. */
  renamePasskey: FormAction<null>;
  /** Form field `passkeyId`. */
  removePasskey: FormAction<null>;
  /** Form field `identityId`. */
  unlinkIdentity: FormAction<null>;
  /** Form fields `preference` and `on`; `plain` as above. */
  updatePreferences: FormAction<Preferences>;
};

/** What can be switched on and off. */
export const preferenceNames = ["remindOfEnds", "secondStep", "approveNewDevices"] as const satisfies readonly (keyof Preferences)[];
export type PreferenceName = (typeof preferenceNames)[number];

/** Whose button was pressed before a step-up was asked for: it is pressed once more. */
export const pressed = {
  setUpApp: "Set up authenticator app",
  turnOffApp: "Turn off",
  makeCodes: "Make new recovery codes",
  addPasskey: "Add a passkey",
  removePasskey: "Remove",
  link: "Link",
  unlinkIdentity: "Unlink",
  secondStep: "Ask for a passkey after the password",
  approveNewDevices: "Ask before a new device signs in",
} as const;
export type Pressed = keyof typeof pressed;
