import type { ReactNode } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { AuthCard } from "./auth-card";
import { LinkAccount } from "./link-account";
import { LinkButton } from "./link-button";
import { Until } from "./until";

/** At which provider an attempt began, and what it does when it ends. */
export type ByProvider = { /** As the operator calls it. */ label: string; does: "sign_in" | "enter" | "link"; /** The address that it told, for who knows it already. */ masked: string; /** A link to a new password can be mailed. */ mail: boolean };

type Props = { /** Of the attempt. */ id: string; notice: ReactNode; by: ByProvider; link: FormAction<null>; giveUp: FormAction<null>; expiresAt: string };

/** What an account with that address is asked to be linked to. */
export function WhoTheySay({ by: { label, masked } }: Pick<Props, "by">): ReactNode {
  return (
    <>
      {label} says you are <bdi className="font-medium">{masked}</bdi>. An account here has this address.
    </>
  );
}

/** The account's own proof was given: one press, and what signs in there opens it. */
export function LinkView({ id, notice, by, link, giveUp, expiresAt }: Props) {
  return (
    <AuthCard title="Link your account" notice={notice}>
      <div className="space-y-5">
        <div className="space-y-2">
          <div>
            <WhoTheySay by={by} /> You have shown that it is yours. <LinkButton action={giveUp}>Not you?</LinkButton>
          </div>
          <p className="text-quiet">Linked, your account with {by.label} opens it too. You can unlink it under Security.</p>
        </div>
        <LinkAccount action={link} attempt={id} />
        <Until expiresAt={expiresAt} />
      </div>
    </AuthCard>
  );
}
