import type { Metadata } from "next";
import { headers } from "next/headers";
import { assessPasswordAction } from "@/app/(auth)/assess-password-action";
import type { SearchParams } from "@/app/search-params";
import { EmailSection } from "@/components/security/email-section";
import { SecurityView } from "@/components/security/security-view";
import { requireUser } from "@/lib/web/page";
import { readTypedCookie } from "@/lib/web/typed-cookie";
import { changeEmailAction, changePasswordAction, confirmEmailAction } from "./actions";

export const metadata: Metadata = { title: "Security" };

export default async function SecurityPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, user } = await requireUser("/security");
  const typed = await readTypedCookie(context.settings, (await headers()).get("cookie"), "/security");
  const { address } = await searchParams;
  return (
    <SecurityView user={user} minimum={context.settings.PASSWORD_MIN_LENGTH} changePassword={changePasswordAction} assess={assessPasswordAction}>
      <EmailSection
        user={user}
        mail={context.mailer !== null}
        isConfirmed={address === "confirmed" && user.emailVerified}
        typed={typed.email}
        change={changeEmailAction}
        confirm={confirmEmailAction}
      />
    </SecurityView>
  );
}
