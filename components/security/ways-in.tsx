import Link from "next/link";
import type { ReactNode } from "react";
import { buttonClasses } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { textLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import type { Security } from "@/lib/auth/schema";
import { Linked } from "./linked";
import { PasskeyItem } from "./passkey-item";
import { PressAgain } from "./press-again";
import { Part, Row } from "./row";
import { pressed, type Pressed, type SecurityActions } from "./security-actions";

type Props = {
  security: Pick<Security, "password" | "passkeys" | "secondStep" | "recoveryCodes" | "identities" | "linkable">;
  mail: boolean;
  again: Pressed | null;
  /** The passkey whose name is being written over, on a page without scripts. */
  renaming: string | null;
  actions: Pick<SecurityActions, "renamePasskey" | "removePasskey" | "unlinkIdentity">;
  /** The button that adds one. */
  addPasskey: ReactNode;
};

/** What opens the account by itself. */
export function WaysIn({ security: { password, passkeys, secondStep, recoveryCodes, identities, linkable }, mail, again, renaming, actions, addPasskey }: Props) {
  return (
    <Part title="Ways in">
      <Row title="Password" facts={password ? password.changedAt && <>changed <Time at={password.changedAt} /></> : "None: it is opened without one."} action={<PasswordLink hasPassword={password !== null} mail={mail} />} />
      <Row id="passkeys" title="Passkeys" facts={passkeys.length === 0 && `A key that your device keeps. No false page can ask you for it.${addPasskey ? "" : " Confirm your email address first."}`} action={addPasskey}>
        {(again === "addPasskey" || again === "removePasskey") && <PressAgain button={pressed[again]} />}
        {passkeys.length > 0 && secondStep && !recoveryCodes && <CodesMissing />}
        {passkeys.length > 0 && (
          <ul aria-label="Passkeys" className="divide-y">
            {passkeys.map((passkey) => (
              <PasskeyItem key={passkey.id} passkey={passkey} renaming={renaming === passkey.id} actions={actions} />
            ))}
          </ul>
        )}
      </Row>
      <Linked identities={identities} linkable={linkable} addressUnproven={!addPasskey} again={again} action={actions.unlinkIdentity} />
    </Part>
  );
}

/** Where a role needs a second step, a first passkey is one at once: there was no moment to hand out codes. */
function CodesMissing() {
  return (
    <Notice tone="unusual" role="status" title="A passkey is asked for after your password now.">
      <p>
        <a href="#recovery-codes" className={textLink}>
          Make new recovery codes
        </a>{" "}
        too: you would be locked out if it were lost.
      </p>
    </Notice>
  );
}

function PasswordLink({ hasPassword, mail }: { hasPassword: boolean; mail: boolean }) {
  if (hasPassword) {
    return (
      <a href="#change-password" className={buttonClasses("plain", "small")}>
        Change
      </a>
    );
  }
  return (
    mail && (
      <Link href="/forgot" prefetch={false} className={buttonClasses("plain", "small")}>
        Set one
      </Link>
    )
  );
}
