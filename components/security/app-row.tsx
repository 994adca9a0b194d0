import { ConfirmedForm } from "@/components/devices/confirmed-form";
import { Time } from "@/components/ui/time";
import type { Security } from "@/lib/auth/schema";
import { PressAgain } from "./press-again";
import { PressForm } from "./press-form";
import { Row } from "./row";
import { pressed, type Pressed, type SecurityActions } from "./security-actions";

type Props = {
  security: Pick<Security, "totp" | "passkeys">;
  /** It can be; or once the address is proven; or never here. */
  setUp: "now" | "once proven" | "never";
  again: Pressed | null;
  actions: Pick<SecurityActions, "setUpApp" | "turnOffApp">;
};

/** The app that is on stays on until a code of the new one was typed. */
const ON_ANOTHER = "Set up on another phone";

/** The authenticator app: set up, moved to another phone, or turned off. */
export function AppRow({ security: { totp, passkeys }, setUp, again, actions }: Props) {
  if (!totp && setUp === "never") return null;
  return (
    <Row
      id="authenticator-app"
      title="Authenticator app"
      facts={
        totp ? (
          <span className="dots">
            <span>
              on since <Time at={totp.since} form="date" />
            </span>
            <span>{totp.lastUsedAt ? <>used <Time at={totp.lastUsedAt} /></> : "not used yet"}</span>
          </span>
        ) : (
          `A code of six digits from an app on your phone, after the password.${setUp === "once proven" ? " Confirm your email address first." : ""}`
        )
      }
      action={
        <div className="flex flex-wrap gap-2">
          {setUp === "now" && <PressForm action={actions.setUpApp} label={totp ? ON_ANOTHER : pressed.setUpApp} busy="One moment…" />}
          {totp && (
            <ConfirmedForm
              action={actions.turnOffApp}
              label={pressed.turnOffApp}
              busy="Turning off…"
              tone="end"
              size="small"
              question="Turn the authenticator app off?"
              consequence={
                passkeys.length > 0 ? (
                  <p>Its codes are refused from now on. A passkey is asked after the password only where you switch that on, here: else the password alone opens your account, and your recovery codes are worth nothing any more.</p>
                ) : (
                  <p>Your password alone opens your account then, and your recovery codes are worth nothing any more.</p>
                )
              }
            />
          )}
        </div>
      }
    >
      {again === "setUpApp" && <PressAgain button={totp ? ON_ANOTHER : pressed.setUpApp} />}
      {again === "turnOffApp" && totp && <PressAgain button={pressed.turnOffApp} />}
    </Row>
  );
}
