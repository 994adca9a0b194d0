import { render, toPlainText } from "@react-email/render";
import type { ReactElement } from "react";
import type { Settings } from "@/lib/platform/env";
import type { MailContent, MailKind } from "./kinds";
import { subjectOf } from "./subject-of";
import { AccountExistsLetter } from "./templates/account-exists";
import { AddressTakenLetter } from "./templates/address-taken";
import { CodeLetter } from "./templates/code";
import { DeletionAskedLetter } from "./templates/deletion-asked";
import { DeletionCancelledLetter } from "./templates/deletion-cancelled";
import { EmailChangedLetter, EmailChangedNoticeLetter } from "./templates/email-changed";
import { ExportReadyLetter } from "./templates/export-ready";
import { FactorAddedLetter, FactorRemovedLetter, PasskeyCounterLetter } from "./templates/factors";
import { ForgottenLetter, ForgottenNoPasswordLetter } from "./templates/forgotten";
import type { House, LetterOf } from "./templates/letter";
import { IdentityLinkedLetter } from "./templates/identity-linked";
import { NewDeviceLetter, UnusualSignInLetter } from "./templates/new-sign-in";
import { PasswordChangedLetter } from "./templates/password-changed";
import { PasswordCompromisedLetter } from "./templates/password-compromised";
import { RecoveryCodeUsedLetter } from "./templates/recovery-code-used";
import { ResetByAdministratorLetter } from "./templates/reset-by-administrator";
import { SecondStepGuessesLetter } from "./templates/second-step-guesses";
import { SessionEndingLetter } from "./templates/session-ending";
import { textFormat } from "./text-format";

const letters: { [K in MailKind]: (props: LetterOf<K>) => ReactElement } = {
  code: CodeLetter,
  account_exists: AccountExistsLetter,
  forgotten: ForgottenLetter,
  forgotten_no_password: ForgottenNoPasswordLetter,
  password_changed: PasswordChangedLetter,
  new_device: NewDeviceLetter,
  unusual_sign_in: UnusualSignInLetter,
  email_changed: EmailChangedLetter,
  email_changed_notice: EmailChangedNoticeLetter,
  address_taken: AddressTakenLetter,
  factor_added: FactorAddedLetter,
  factor_removed: FactorRemovedLetter,
  identity_linked: IdentityLinkedLetter,
  recovery_code_used: RecoveryCodeUsedLetter,
  password_compromised: PasswordCompromisedLetter,
  passkey_counter: PasskeyCounterLetter,
  second_step_guesses: SecondStepGuessesLetter,
  session_ending: SessionEndingLetter,
  export_ready: ExportReadyLetter,
  deletion_asked: DeletionAskedLetter,
  deletion_cancelled: DeletionCancelledLetter,
  reset_by_administrator: ResetByAdministratorLetter,
};

/**
 * A mail as it is sent: HTML and text of one template, which loads nothing from anywhere and tells nobody that it was
 * read. Times are UTC and say so. The text of a code ends with `@host #123456`.
 */
export async function renderMail({ APP_NAME, APP_URL, GEOIP_DATABASE }: Pick<Settings, "APP_NAME" | "APP_URL" | "GEOIP_DATABASE">, mail: MailContent): Promise<{ subject: string; html: string; text: string }> {
  const { origin, host, hostname } = new URL(APP_URL);
  const house: House = { name: APP_NAME, origin, host, domain: hostname, namesPlaces: GEOIP_DATABASE === undefined };
  const letter = letters[mail.kind] as (props: { house: House; mail: MailContent }) => ReactElement;
  const html = await render(letter({ house, mail }));
  return { subject: subjectOf(mail, APP_NAME), html, text: toPlainText(html, textFormat).trim() };
}
