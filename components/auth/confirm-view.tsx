import Link from "next/link";
import type { FormAction } from "@/components/ui/action-state";
import { textLink } from "@/components/ui/text-link";
import { AuthCard } from "./auth-card";
import { ConfirmForm } from "./confirm-form";
import { Onward } from "./link-ends";

type Props = { user: { name: string; email: string }; next: string; hasPassword: boolean; mail: boolean; confirm: FormAction<null> };

/** Asks once more who is there: a session that was left open, or a cookie that was stolen, changes nothing. */
export function ConfirmView({ user, next, hasPassword, mail, confirm }: Props) {
  return (
    <AuthCard
      title="Confirm that it is you"
      foot={
        <Link href={next} prefetch={false} className={textLink}>
          Back
        </Link>
      }
    >
      <div className="space-y-5">
        <p className="text-quiet">
          You are signed in as <bdi className="font-medium text-ink">{user.email}</bdi>. We ask once more before anything changes about how an account is opened.
        </p>
        {hasPassword ? (
          <>
            <ConfirmForm action={confirm} email={user.email} next={next} />
            <p className="text-13 text-quiet">
              {mail ? (
                <Link href="/forgot" prefetch={false} className={textLink}>
                  Forgot password?
                </Link>
              ) : (
                "If you have forgotten your password, an administrator can help."
              )}
            </p>
          </>
        ) : (
          <>
            <p>This account has no password at the moment. {mail ? "Set one first, by a link that we send you." : "An administrator can help."}</p>
            {mail && <Onward href="/forgot">Set a password</Onward>}
          </>
        )}
      </div>
    </AuthCard>
  );
}
