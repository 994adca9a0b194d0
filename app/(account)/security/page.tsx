import type { Metadata } from "next";
import { headers } from "next/headers";
import { assessPasswordAction } from "@/app/(auth)/assess-password-action";
import type { SearchParams } from "@/app/search-params";
import { EmailSection } from "@/components/security/email-section";
import { Reminders } from "@/components/security/reminders";
import { SecurityView } from "@/components/security/security-view";
import { getPreferences } from "@/lib/auth/get-preferences";
import { isFailure } from "@/lib/core/errors";
import { requireUser } from "@/lib/web/page";
import { readTypedCookie } from "@/lib/web/typed-cookie";
import { changeEmailAction, changePasswordAction, confirmEmailAction, updatePreferencesAction } from "./actions";

export const metadata: Metadata = { title: "Security" };

export default async function SecurityPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, user, within } = await requireUser("/security");
  const typed = await readTypedCookie(context.settings, (await headers()).get("cookie"), "/security");
  const { address } = await searchParams;
  const preferences = context.mailer ? await within(getPreferences(context)) : null;
  const reminders = preferences && !isFailure(preferences) && <Reminders preferences={preferences} proven={user.emailVerified} action={updatePreferencesAction} />;
  return (
    <SecurityView user={user} minimum={context.settings.PASSWORD_MIN_LENGTH} changePassword={changePasswordAction} assess={assessPasswordAction} reminders={reminders}>
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
