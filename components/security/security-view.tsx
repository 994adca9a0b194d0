import Link from "next/link";
import type { ReactNode } from "react";
import type { Assessment } from "@/components/auth/password-strength";
import type { FormAction } from "@/components/ui/action-state";
import { Card } from "@/components/ui/card";
import { PageTitle } from "@/components/ui/page-title";
import { textLink } from "@/components/ui/text-link";
import type { User } from "@/lib/users/schema";
import { PasswordForm } from "./password-form";

type Props = { user: User; minimum: number; changePassword: FormAction<null>; assess: FormAction<Assessment>; reminders: ReactNode; children: ReactNode };

export function SecurityView({ user, minimum, changePassword, assess, reminders, children }: Props) {
  return (
    <>
      <PageTitle title="Security">
        What opens your account. To see who is signed in now, look at{" "}
        <Link href="/devices" prefetch={false} className={textLink}>
          Devices
        </Link>
        .
      </PageTitle>
      <div className="space-y-6">
        {children}
        <Card className="max-w-[36rem] p-5">
          <h2 className="text-16 font-semibold">Change your password</h2>
          <p className="mt-1 mb-5 text-quiet">You stay signed in here. Every other session ends at once.</p>
          <PasswordForm email={user.email} name={user.name} minimum={minimum} action={changePassword} assess={assess} />
        </Card>
        {reminders}
      </div>
    </>
  );
}
