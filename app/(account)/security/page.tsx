import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { assessPasswordAction } from "@/app/(auth)/assess-password-action";
import type { SearchParams } from "@/app/search-params";
import { ProviderTrouble } from "@/components/auth/provider-trouble";
import { AddPasskey } from "@/components/security/add-passkey";
import { EmailSection } from "@/components/security/email-section";
import { Reminders } from "@/components/security/reminders";
import { pressed, type Pressed } from "@/components/security/security-actions";
import { SecurityView } from "@/components/security/security-view";
import { SignalPasskeys } from "@/components/security/signal-passkeys";
import { acceptedPasskeys } from "@/lib/auth/accepted-passkeys";
import { getPreferences } from "@/lib/auth/get-preferences";
import { protection } from "@/lib/auth/protection";
import { readSecurity } from "@/lib/auth/read-security";
import { isFailure } from "@/lib/core/errors";
import { listProviders } from "@/lib/providers/list-providers";
import { requireUser, visitorMustSetUp } from "@/lib/web/page";
import { readTypedCookie } from "@/lib/web/typed-cookie";
import { changeEmailAction, changePasswordAction, confirmEmailAction } from "./actions";
import { addPasskeyAction, makeCodesAction, removePasskeyAction, renamePasskeyAction, setUpAppAction, turnOffAppAction, unlinkIdentityAction, updatePreferencesAction } from "./factor-actions";

export const metadata: Metadata = { title: "Security" };

const actions = {
  setUpApp: setUpAppAction,
  turnOffApp: turnOffAppAction,
  makeCodes: makeCodesAction,
  renamePasskey: renamePasskeyAction,
  removePasskey: removePasskeyAction,
  unlinkIdentity: unlinkIdentityAction,
  updatePreferences: updatePreferencesAction,
};

export default async function SecurityPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, user, within } = await requireUser("/security");
  const typed = await readTypedCookie(context.settings, (await headers()).get("cookie"), "/security");
  const { address, rename, trouble, provider } = await searchParams;
  const [security, preferences, accepted] = await within(Promise.all([readSecurity(context), getPreferences(context), acceptedPasskeys(context)]));
  // Ended while it was read: the page of signing in says so.
  if (isFailure(security) || isFailure(preferences)) redirect("/sign-in?ended=1");
  const mail = context.mailer !== null;
  const addressUnproven = mail && !user.emailVerified;
  const appOffered = context.settings.ENCRYPTION_KEYS.length > 0;
  return (
    <>
      <SignalPasskeys {...accepted} />
      {trouble !== undefined && (
        <div className="mb-6">
          <ProviderTrouble purpose="link" trouble={trouble} provider={provider} items={listProviders(context)} />
        </div>
      )}
      <SecurityView
        user={user}
        security={(await visitorMustSetUp()) ? { ...security, linkable: [] } : security}
        protection={protection({ ...security, codesLeft: security.recoveryCodes?.left ?? 0, codesMade: security.recoveryCodes !== null, addressUnproven, appOffered })}
        house={{ mail, approval: context.settings.DEVICE_APPROVAL, minimum: context.settings.PASSWORD_MIN_LENGTH, setUpApp: !appOffered ? "never" : addressUnproven ? "once proven" : "now" }}
        actions={actions}
        changePassword={changePasswordAction}
        assess={assessPasswordAction}
        again={typed.pressed !== undefined && typed.pressed in pressed ? (typed.pressed as Pressed) : null}
        renaming={typeof rename === "string" ? rename : null}
        addPasskey={!addressUnproven && <AddPasskey action={addPasskeyAction} />}
        email={<EmailSection user={user} mail={mail} isConfirmed={address === "confirmed" && user.emailVerified} typed={typed.email} change={changeEmailAction} confirm={confirmEmailAction} />}
        reminders={mail && <Reminders on={preferences.remindOfEnds} proven={user.emailVerified} action={updatePreferencesAction} />}
      />
    </>
  );
}
