import type { Asked, Done, MailContent } from "./kinds";

const asked: Asked = { at: "2026-11-21T14:02:10.000Z", device: "Chrome on Windows 11", country: "CA", city: "Toronto" };
const done: Done = { ...asked, address: "203.0.113.7" };
const account = "ada@example.org";
const link = "https://accounts.example.org/reset?token=u3pXo0dVYk2mQ9sTnB5wLr8ZcEa1HfGj";
const back = { url: "https://accounts.example.org/not-me?token=u3pXo0dVYk2mQ9sTnB5wLr8ZcEa1HfGj", until: "2026-11-28T14:02:10.000Z" };
const undo = { ...back, url: back.url.replace("not-me", "undo") };

/** Every kind of mail with believable facts, to be looked at under `npm run dev` and by tests. Links and codes open nothing. */
export const mailSamples: readonly { name: string; mail: MailContent }[] = [
  { name: "Code: sign-up", mail: { kind: "code", account, code: "704113", minutes: 10, facts: { purpose: "sign_up", asked: { ...asked, device: "Safari on iOS 26", country: "DE", city: null }, rules: [] } } },
  { name: "Code: sign-in", mail: { kind: "code", account, code: "092846", minutes: 10, facts: { purpose: "sign_in", asked, rules: ["new_country"] } } },
  { name: "Code: new address", mail: { kind: "code", account: "ada.lovelace@example.org", code: "550027", minutes: 10, facts: { purpose: "email_change", asked: { ...asked, device: "Firefox on Linux", country: null, city: null }, rules: [] } } },
  { name: "Code: step-up", mail: { kind: "code", account, code: "318250", minutes: 10, facts: { purpose: "step_up", asked, rules: [] } } },
  { name: "Code: by another provider", mail: { kind: "code", account, code: "661904", minutes: 10, facts: { purpose: "provider", asked, rules: [] } } },
  { name: "Account exists", mail: { kind: "account_exists", account, facts: { asked } } },
  { name: "Forgotten password", mail: { kind: "forgotten", account, link, minutes: 30, facts: { asked } } },
  { name: "New password, after going back", mail: { kind: "forgotten", account, link, minutes: 30, facts: { asked, refused: true } } },
  { name: "Forgotten password, none set", mail: { kind: "forgotten_no_password", account, link, minutes: 30, facts: { asked, passkeys: true, providers: ["Google", "Acme"] } } },
  { name: "Password changed", mail: { kind: "password_changed", account, back, facts: { done, reset: false } } },
  { name: "Password reset", mail: { kind: "password_changed", account, back, facts: { done, reset: true } } },
  { name: "New device", mail: { kind: "new_device", account, back, facts: { done } } },
  { name: "New device, by another provider", mail: { kind: "new_device", account, back, facts: { done, provider: "Google" } } },
  { name: "Unusual sign-in", mail: { kind: "unusual_sign_in", account, back, facts: { done, rules: ["new_country", "many_failures"] } } },
  { name: "Address changed, to the old one", mail: { kind: "email_changed", account, back: undo, facts: { done, newEmail: "ada.lovelace@example.org" } } },
  { name: "Address changed, to the new one", mail: { kind: "email_changed_notice", account: "ada.lovelace@example.org", back: null, facts: { done, newEmail: "ada.lovelace@example.org", sentTo: "new" } } },
  { name: "Address changed by a second step, to the old one", mail: { kind: "email_changed_notice", account, back, facts: { done, newEmail: "ada.lovelace@example.org", sentTo: "old" } } },
  { name: "Address changed, to an old one that nobody had proven", mail: { kind: "email_changed_notice", account, back: null, facts: { done: { ...done, address: null }, newEmail: "ada.lovelace@example.org", sentTo: "unproven" } } },
  { name: "Address taken", mail: { kind: "address_taken", account, facts: { asked } } },
  { name: "First factor: authenticator app", mail: { kind: "factor_added", account, back, facts: { done, what: "totp", name: null } } },
  { name: "First factor: passkey", mail: { kind: "factor_added", account, back, facts: { done, what: "passkey", name: "Ada’s phone" } } },
  { name: "Another passkey", mail: { kind: "factor_added", account, facts: { done, what: "passkey", name: "Blue key" } } },
  { name: "Second step switched on", mail: { kind: "factor_added", account, back, facts: { done, what: "second_step", name: null } } },
  { name: "New recovery codes", mail: { kind: "factor_added", account, facts: { done, what: "recovery_codes", name: null } } },
  { name: "Authenticator app turned off", mail: { kind: "factor_removed", account, facts: { done, what: "totp", name: null } } },
  { name: "Passkey removed", mail: { kind: "factor_removed", account, facts: { done, what: "passkey", name: "Blue key" } } },
  { name: "Provider linked", mail: { kind: "identity_linked", account, back, facts: { done, provider: "Google", email: "ada.lovelace@example.com", isKept: false } } },
  { name: "Provider linked, with a second step", mail: { kind: "identity_linked", account, back, facts: { done, provider: "Acme", email: null, isKept: true } } },
  { name: "Provider unlinked", mail: { kind: "factor_removed", account, facts: { done, what: "identity", name: "Google" } } },
  { name: "Recovery code used", mail: { kind: "recovery_code_used", account, facts: { done, left: 3 } } },
  { name: "Last recovery code used", mail: { kind: "recovery_code_used", account, facts: { done, left: 0 } } },
  { name: "Password known to others", mail: { kind: "password_compromised", account, facts: { done } } },
  { name: "Passkey refused", mail: { kind: "passkey_counter", account, facts: { done, name: "Blue key" } } },
  { name: "Wrong second steps", mail: { kind: "second_step_guesses", account, facts: { done, guesses: 5 } } },
  { name: "Wrong codes in a session", mail: { kind: "second_step_guesses", account, facts: { done, guesses: 5, inSession: true } } },
  { name: "Wrong second steps after a provider", mail: { kind: "second_step_guesses", account, facts: { done, guesses: 5, provider: "Google" } } },
  { name: "Provider refused", mail: { kind: "second_step_guesses", account, facts: { done, guesses: 30, provider: "Google", isRefused: true } } },
  { name: "Session ending", mail: { kind: "session_ending", account, facts: { device: "Kitchen iPad", beganAt: "2026-08-26T09:30:00.000Z", endsAt: "2026-11-24T09:30:00.000Z", others: 0 } } },
  { name: "Sessions ending", mail: { kind: "session_ending", account, facts: { device: "Chrome on Windows 11", beganAt: "2026-08-26T09:30:00.000Z", endsAt: "2026-11-24T09:30:00.000Z", others: 2 } } },
  { name: "Export ready", mail: { kind: "export_ready", account, facts: { askedAt: asked.at, goneAt: "2026-11-28T14:09:00.000Z", bytes: 3_412_009 } } },
  { name: "Deletion asked", mail: { kind: "deletion_asked", account, facts: { done, dueAt: "2026-12-05T14:02:10.000Z" } } },
  { name: "Deletion asked by an administrator", mail: { kind: "deletion_asked", account, facts: { done: null, dueAt: "2026-12-05T14:02:10.000Z" } } },
  { name: "Deletion asked, at once", mail: { kind: "deletion_asked", account, facts: { done, dueAt: "2026-12-05T14:02:10.000Z", final: "at_once" } } },
  { name: "Account kept", mail: { kind: "deletion_cancelled", account, facts: { done } } },
  { name: "Account kept with what was undone", mail: { kind: "deletion_cancelled", account, facts: { done, takenBack: true } } },
  { name: "Account kept by an administrator", mail: { kind: "deletion_cancelled", account, facts: { done: null } } },
  { name: "Reset link by an administrator", mail: { kind: "reset_by_administrator", account, facts: { at: asked.at, what: "reset_link" } } },
  { name: "Second step removed by an administrator", mail: { kind: "reset_by_administrator", account, facts: { at: asked.at, what: "second_step" } } },
];
