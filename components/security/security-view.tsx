import Link from "next/link";
import type { ReactNode } from "react";
import type { Assessment } from "@/components/auth/password-strength";
import type { FormAction } from "@/components/ui/action-state";
import { Card } from "@/components/ui/card";
import { PageTitle } from "@/components/ui/page-title";
import { textLink } from "@/components/ui/text-link";
import type { Protection, Security } from "@/lib/auth/schema";
import type { User } from "@/lib/users/schema";
import { NewDevices } from "./new-devices";
import { PasswordForm } from "./password-form";
import { ProtectionCard } from "./protection-card";
import { SecondStep } from "./second-step";
import type { Pressed, SecurityActions } from "./security-actions";
import { WaysIn } from "./ways-in";

type Props = {
  user: User;
  security: Security;
  protection: Protection;
  house: { mail: boolean; approval: "off" | "optional" | "required"; minimum: number; setUpApp: "now" | "once proven" | "never" };
  actions: SecurityActions;
  changePassword: FormAction<null>;
  assess: FormAction<Assessment>;
  /** Which button was pressed before a step-up was asked for. */
  again: Pressed | null;
  renaming: string | null;
  addPasskey: ReactNode;
  email: ReactNode;
  reminders: ReactNode;
};

/** What opens the account, what is asked besides, and how well that protects it. */
export function SecurityView({ user, security, protection, house, actions, changePassword, assess, again, renaming, addPasskey, email, reminders }: Props) {
  return (
    <>
      <PageTitle title="Security">
        What opens your account. To see who is signed in now, look at{" "}
        <Link href="/devices" prefetch={false} className={textLink}>
          Devices
        </Link>
        .
      </PageTitle>
      <div className="max-w-[40rem] space-y-6">
        <ProtectionCard protection={protection} />
        <Card>
          <WaysIn security={security} mail={house.mail} again={again} renaming={renaming} actions={actions} addPasskey={addPasskey} />
          <SecondStep security={security} email={user.email} setUpApp={house.setUpApp} again={again} actions={actions} />
          <NewDevices security={security} approval={house.approval} again={again} action={actions.updatePreferences} />
        </Card>
        {email}
        {security.password && (
          <Card className="p-5">
            <h2 id="change-password" className="scroll-mt-6 text-16 font-semibold">
              Change your password
            </h2>
            <p className="mt-1 mb-5 text-quiet">You stay signed in here. Every other session ends at once.</p>
            <PasswordForm email={user.email} name={user.name} minimum={house.minimum} action={changePassword} assess={assess} />
          </Card>
        )}
        {reminders}
      </div>
    </>
  );
}
