import type { FormAction } from "@/components/ui/action-state";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import type { User } from "@/lib/users/schema";
import { ConfirmEmail } from "./confirm-email";
import { EmailForm } from "./email-form";

type Props = {
  user: Pick<User, "email" | "emailVerified">;
  /** Whether there is mail; without it nobody can prove an address. */
  mail: boolean;
  /** It has just been. */
  isConfirmed: boolean;
  /** What was typed before a step-up was asked for. */
  typed: string | undefined;
  change: FormAction<null>;
  confirm: FormAction<null>;
};

/** The address that names the account, and the way back in by it. */
export function EmailSection({ user: { email, emailVerified }, mail, isConfirmed, typed, change, confirm }: Props) {
  return (
    <Card className="space-y-4 p-5">
      <div>
        <h2 id="email-address" className="text-16 font-semibold">
          Your email address
        </h2>
        <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1">
          <bdi className="font-medium break-all">{email}</bdi>
          {mail && <Badge tone={emailVerified ? "live" : "unusual"}>{emailVerified ? "Confirmed" : "Not confirmed"}</Badge>}
        </p>
      </div>
      {isConfirmed && (
        <Notice tone="good" role="status" title="This address is yours.">
          <p>You sign in with it, and if you forget your password, it is the way back in.</p>
        </Notice>
      )}
      {mail && !emailVerified && <ConfirmEmail action={confirm} />}
      {mail ? <EmailForm action={change} typed={typed} /> : <p className="text-quiet">It cannot be changed here: that needs mail, which is not set up.</p>}
    </Card>
  );
}
