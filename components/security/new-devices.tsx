import Link from "next/link";
import { buttonClasses } from "@/components/ui/button";
import type { Security } from "@/lib/auth/schema";
import { PreferenceBox } from "./preference-box";
import { PressAgain } from "./press-again";
import { Part, Row } from "./row";
import { pressed, type Pressed, type SecurityActions } from "./security-actions";

type Props = {
  security: Pick<Security, "approveNewDevices" | "trustedDevices" | "secondStep">;
  /** Whether new devices have to be approved: never, if their owner wants it, always. */
  approval: "off" | "optional" | "required";
  again: Pressed | null;
  action: SecurityActions["updatePreferences"];
};

/** What a device is asked that was never here, and which are asked for less. */
export function NewDevices({ security: { approveNewDevices, trustedDevices, secondStep }, approval, again, action }: Props) {
  if (approval === "off" && !secondStep) return null;
  return (
    <Part title="New devices">
      {approval === "required" && <Row title={pressed.approveNewDevices} facts="Always, for every account here." />}
      {approval === "optional" && (
        <div id="new-devices" className="scroll-mt-6 space-y-3 py-3 first:pt-1 last:pb-1">
          {again === "approveNewDevices" && <PressAgain button={pressed.approveNewDevices} />}
          <PreferenceBox
            name="approveNewDevices"
            on={approveNewDevices}
            label={pressed.approveNewDevices}
            hint="A device where you are signed in has to let it in, or a code by mail. A second step does as well."
            said={{ on: "You are asked before a new device signs in.", off: "New devices sign in without being asked for." }}
            action={action}
          />
        </div>
      )}
      {secondStep && (
        <Row
          title="Trusted devices"
          facts={trustedDevices === 0 ? "None: the second step is asked everywhere." : `On ${trustedDevices === 1 ? "one device" : `${trustedDevices} devices`} the second step is not asked again for a while.`}
          action={
            trustedDevices > 0 && (
              <Link href="/devices" prefetch={false} className={buttonClasses("plain", "small")}>
                See
              </Link>
            )
          }
        />
      )}
    </Part>
  );
}
