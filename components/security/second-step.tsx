"use client";

import type { Security } from "@/lib/auth/schema";
import { AppRow } from "./app-row";
import { CodesRow } from "./codes-row";
import { PreferenceSwitch } from "./preference-switch";
import { PressAgain } from "./press-again";
import { shownOnce } from "./recovery-codes";
import { Part, Row } from "./row";
import { pressed, type Pressed, type SecurityActions } from "./security-actions";

type Props = {
  security: Security;
  email: string;
  setUpApp: "now" | "once proven" | "never";
  again: Pressed | null;
  actions: Pick<SecurityActions, "setUpApp" | "turnOffApp" | "makeCodes" | "updatePreferences">;
};

/** What is asked after the password. */
export function SecondStep({ security, email, setUpApp, again, actions }: Props) {
  const { totp, passkeys, secondStep, recoveryCodes } = security;
  if (setUpApp === "never" && !totp && passkeys.length === 0 && !recoveryCodes) return null;
  return (
    <Part title="Second step">
      <AppRow security={security} setUp={setUpApp} again={again} actions={actions} />
      {passkeys.length > 0 && totp && <Row title="Passkeys" facts="A passkey does as well as a code of the app." />}
      {passkeys.length > 0 && !totp && (
        <div id="second-step" className="scroll-mt-6 space-y-3 py-3">
          {again === "secondStep" && <PressAgain button={pressed.secondStep} />}
          <PreferenceSwitch
            name="secondStep"
            on={secondStep}
            title={pressed.secondStep}
            hint={secondStep ? "A password alone does not open your account." : "Until then your password alone opens your account."}
            said={{ on: "A passkey is asked after the password from now on.", off: "The password alone opens your account from now on." }}
            action={actions.updatePreferences}
            outcome={shownOnce(email)}
          />
        </div>
      )}
      {(secondStep || recoveryCodes) && <CodesRow codes={recoveryCodes} email={email} again={again === "makeCodes"} action={actions.makeCodes} />}
    </Part>
  );
}
