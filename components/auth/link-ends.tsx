import Link from "next/link";
import type { ReactNode } from "react";
import { buttonClasses } from "@/components/ui/button";
import { textLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import type { LinkPage } from "@/lib/auth/schema";
import { AuthCard } from "./auth-card";

/** What was done by a link. `ended`: how many sessions; null when that is not known yet. */
export type Did = { at: string; account: string; ended: number | null; /** The account has another address than the one that the link went to: no new password comes of it. */ isElsewhere?: boolean | undefined };

/** A button that leads on. */
export function Onward({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} prefetch={false} className={`${buttonClasses("primary")} min-h-10 w-full`}>
      {children}
    </Link>
  );
}

function ToSignIn() {
  return (
    <Link href="/sign-in" prefetch={false} className={textLink}>
      Sign in
    </Link>
  );
}

/** A link that was used, is too old, or was never any. `mail`: whether another can be asked for. */
export function LinkOver({ page, mail }: { page: LinkPage; mail: boolean }) {
  const isReset = page === "reset";
  const next = isReset ? "Opening it has changed nothing." : "If somebody else may be in your account, set a new password: that signs everybody out.";
  return (
    <AuthCard title="This link does not work any more" foot={<ToSignIn />}>
      <div className="space-y-4">
        <p>It has been used, it is too old, or something that was done since has made it void. {mail ? next : "An administrator can help."}</p>
        {mail && <Onward href="/forgot">{isReset ? "Ask for a new link" : "Set a new password"}</Onward>}
      </div>
    </AuthCard>
  );
}

/** The page was opened by itself, or long after its link was: a browser keeps it for ten minutes. */
export function LinkMissing({ mail }: { mail: boolean }) {
  return (
    <AuthCard title="Open your link again" foot={<ToSignIn />}>
      <div className="space-y-4">
        <p>This page has forgotten it, as it does after a while. Open it once more, from the mail or from whoever gave it to you: it works until it was used or its time is over.</p>
        {mail && <Onward href="/forgot">Ask for a new link</Onward>}
      </div>
    </AuthCard>
  );
}

/** What a going back did. */
export function wentBackWords(ended: number | null): string {
  const refused = "the old password is refused from now on";
  if (ended === null) return `Where your account was signed in, it is signed out within seconds, and ${refused}.`;
  if (ended === 0) return `From now on the old password is refused.`;
  return `${ended === 1 ? "One session has" : `${ended} sessions have`} ended, and ${refused}.`;
}

/** After going back, where the new password has to wait for another mail. */
export function WentBack({ did: { at, account, ended, isElsewhere = false }, mail }: { did: Did; mail: boolean }) {
  return (
    <AuthCard title="That is taken back" foot={<ToSignIn />}>
      <div className="space-y-4">
        <p>
          Done <Time at={at} />. {wentBackWords(ended)}
        </p>
        {isElsewhere && <p>The account has another address by now, so no link to a new password comes to you: an administrator has to help.</p>}
        {!isElsewhere && ended === null && mail && <Onward href="/forgot">Set a new password</Onward>}
        {!isElsewhere && ended !== null && (
          <p>
            A mail with a link to set a new one is on its way to <bdi className="font-medium">{account}</bdi>.
          </p>
        )}
      </div>
    </AuthCard>
  );
}
