import type { FactorName, MailContent, MailKind, RemovedName } from "./kinds";

type Subjects = { [K in MailKind]: string | ((facts: Extract<MailContent, { kind: K }>["facts"]) => string) };

const added: Record<FactorName, string> = {
  totp: "An authenticator app was added to your account",
  passkey: "A passkey was added to your account",
  second_step: "Your account asks for a second step now",
  recovery_codes: "New recovery codes for your account",
};

const removed: Record<RemovedName, string> = {
  totp: "The authenticator app of your account was turned off",
  passkey: "A passkey was removed from your account",
  second_step: "Your account asks for no second step any more",
  recovery_codes: "The recovery codes of your account were removed",
  identity: "A way to sign in to your account was unlinked",
};

/**
 * Fixed words. Nothing that a stranger typed, no code, no name and no place stands in a subject: it shows on locked
 * screens, and who could write it would have a mail of ours carry their words (spam).
 */
const subjects: Subjects = {
  code: ({ purpose }) => ({ sign_up: "Confirm your email address", sign_in: "Your code to sign in", email_change: "Confirm your new email address", step_up: "Confirm that it is you", provider: "Confirm your email address" })[purpose],
  account_exists: "You already have an account",
  forgotten: "Set a new password",
  forgotten_no_password: "Your account has no password",
  password_changed: "Your password was changed",
  new_device: "New sign-in to your account",
  unusual_sign_in: "Unusual sign-in to your account",
  email_changed: "Your email address was changed",
  email_changed_notice: ({ sentTo }) => (sentTo === "new" ? "This is your account’s address now" : "Your email address was changed"),
  address_taken: "Somebody tried to use your address",
  factor_added: ({ what }) => added[what],
  factor_removed: ({ what }) => removed[what],
  identity_linked: "Another way to sign in to your account was linked",
  recovery_code_used: "A recovery code was used",
  password_compromised: "Your password no longer works",
  passkey_counter: "A passkey was refused",
  second_step_guesses: "Wrong codes for your account",
  session_ending: "You will be signed out soon",
  export_ready: "Your export is ready",
  deletion_asked: "Your account will be deleted",
  deletion_cancelled: "Your account stays",
  reset_by_administrator: ({ what }) => (what === "reset_link" ? "An administrator made a link to your account" : "An administrator removed your second step"),
};

/** "New sign-in to your account · Latchkey". */
export function subjectOf({ kind, facts }: MailContent, appName: string): string {
  const words = subjects[kind] as string | ((facts: MailContent["facts"]) => string);
  return `${typeof words === "string" ? words : words(facts)} · ${appName}`;
}
