"use client";

import { Time } from "@/components/ui/time";
import type { Security } from "@/lib/auth/schema";
import { MakeCodes } from "./make-codes";
import { PressAgain } from "./press-again";
import { Row } from "./row";
import { pressed, type SecurityActions } from "./security-actions";

type Props = { codes: Security["recoveryCodes"]; email: string; again: boolean; action: SecurityActions["makeCodes"] };

/** How many recovery codes are left, and new ones in their place. */
export function CodesRow({ codes, email, again, action }: Props) {
  return (
    <Row
      id="recovery-codes"
      title="Recovery codes"
      facts={
        codes ? (
          <span className="dots">
            <span className="figures">
              {codes.left} of {codes.of} left
            </span>
            <span>
              made <Time at={codes.madeAt} />
            </span>
          </span>
        ) : (
          "None yet. Each does once in place of the second step."
        )
      }
      action={<MakeCodes email={email} action={action} />}
    >
      {again && <PressAgain button={pressed.makeCodes} />}
    </Row>
  );
}
