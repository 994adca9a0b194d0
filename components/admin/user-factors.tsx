"use client";

import { ConfirmedForm } from "@/components/devices/confirmed-form";
import { Badge } from "@/components/ui/badge";
import { Notice } from "@/components/ui/notice";
import { toast } from "@/components/ui/toast";
import type { AdminUser, UserFactors as Factors } from "@/lib/admin/schema";
import type { ResetFactorsAction } from "./admin-actions";

type Props = {
  user: AdminUser;
  factors: Factors;
  /** Null for who may only look. */
  action: ResetFactorsAction | null;
  /** There is mail, so its owner is told. */
  mail: boolean;
  /** The button was pressed before something else was asked first. */
  again: boolean;
};

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What is asked of a user beside the password, and the way to take it off for who has lost it. */
export function UserFactors({ user: { id, name }, factors, action, mail, again }: Props) {
  const { on, totp, passkeys, recoveryCodesLeft, providers, required } = factors;
  const has = [...(totp ? ["Authenticator app"] : []), ...(passkeys > 0 ? [counted(passkeys, "passkey")] : []), ...(on ? [`${counted(recoveryCodesLeft, "recovery code")} left`] : [])];
  const linked = providers.map((label) => `Linked: ${label}`);
  const alone = providers.length === 0 ? "the password alone opens it" : "the password or a linked provider alone opens it";
  return (
    <div className="space-y-3">
      {again && action && (
        <Notice role="status">
          <p>Nothing has been changed yet. Press “Remove second step” once more.</p>
        </Notice>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3 rounded-lg border bg-surface px-4 py-3 text-13">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={on ? "live" : "quiet"}>{on ? "On" : "Off"}</Badge>
          {has.length + linked.length > 0 && !(required && has.length === 0) ? (
            <p className="dots">
              {[...has, ...linked].map((words) => (
                <span key={words}>{words}</span>
              ))}
            </p>
          ) : (
            <p className="text-quiet">{required ? "Nothing is set up. Their role needs it: until then they can do nothing else." : "Nothing is set up."}</p>
          )}
        </div>
        {action && has.length > 0 && (
          <ConfirmedForm
            action={action}
            fields={{ userId: id }}
            label="Remove second step"
            busy="Removing…"
            tone="end"
            again={again}
            question={
              <>
                Remove the second step of <bdi>{name}</bdi>?
              </>
            }
            consequence={
              <>
                <p>Authenticator app, passkeys and recovery codes of this account stop working at once, and {alone}. Its sessions go on. Make sure by other means who is asking.</p>
                <p>{mail ? "Its owner gets a mail, and sees under Activity that you did it." : "Its owner sees under Activity that you did it."}</p>
              </>
            }
            onDone={() => toast(`Second step removed: ${alone} now.`)}
          />
        )}
      </div>
    </div>
  );
}
