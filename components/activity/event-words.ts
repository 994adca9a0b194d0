import type { Event, EventType } from "@/lib/events/schema";
import { endReasons } from "@/lib/sessions/schema";

/** What happened, in a sentence; `own` is what the account's owner gave a name, shown apart for its direction of writing. */
export type EventWords = { sentence: string; own: string | null };

const plain: Record<Exclude<EventType, "session.ended" | "device.named">, string> = {
  "account.created": "You created this account",
  "sign_in.succeeded": "Signed in",
  "sign_in.failed": "Someone tried to sign in with a wrong password",
  "sign_in.refused": "Someone was kept from trying more passwords",
  "request.refused": "A request was refused",
  "export.made": "You made an export",
  "deletion.asked": "You asked for this account to be deleted",
  "deletion.cancelled": "You kept this account",
  "session.address_changed": "A session moved to another address",
  "device.forgotten": "You forgot a device",
  "password.changed": "You changed your password",
  "password.reset": "A new password was set by a link",
  "email.verified": "You confirmed your email address",
  "email.changed": "You changed your email address",
  "email.change_undone": "A change of your email address was undone",
  "password.compromised": "Your password is refused from now on: someone who knew it guessed at your second step",
  "factor.added": "You added a way to sign in",
  "factor.removed": "You removed a way to sign in",
  "factors.reset": "An administrator removed your second step",
  "recovery_code.used": "A recovery code was used",
  "passkey.counter_went_back": "A passkey was refused: it may have been copied",
  "approval.given": "You approved a new device",
  "approval.refused": "You turned a new device away",
  "identity.linked": "You linked another provider",
  "identity.unlinked": "You unlinked another provider",
  "sign_in.not_me": "You said “This wasn’t me”",
  "reset_link.made": "An administrator made a link to set your password",
  "profile.changed": "You changed your name",
  "token.reuse_detected": "A token was used twice, so its session was ended",
  "avatar.uploaded": "You uploaded a picture",
  "avatar.regenerated": "Your picture was taken from Gravatar",
  "avatar.removed": "You removed your picture",
  "role.changed": "Your role was changed",
  "account.disabled": "An administrator disabled this account",
  "account.enabled": "An administrator enabled this account again",
  "sessions.bulk_ended": "Sessions were ended",
};

const ended: Record<(typeof endReasons)[number], string> = {
  signed_out: "Signed out",
  ended_by_user: "You ended a session",
  ended_all: "You signed out everywhere else",
  ended_by_admin: "An administrator ended a session",
  over_limit: "A session ended to make room for a newer one",
  expired: "A session ended after no use",
  password_changed: "A session ended when the password changed",
  account_disabled: "A session ended when the account was disabled",
  token_reused: "A session ended because a token was used twice",
  password_reset: "A session ended because the password was set anew",
  not_me: "A session ended: “This wasn’t me”",
  email_undone: "A session ended: a change of address was undone",
  ended_by_provider: "A session ended where it had been begun, at another provider",
  deleted: "A session ended when the account was to be deleted",
};

const wrongFactors = {
  totp: "Someone typed a wrong code of your authenticator app",
  recovery_code: "Someone typed a wrong recovery code",
  passkey: "Someone tried a passkey that is not right",
};

/** Of these the detail says what it was. */
const ofWhat: Partial<Record<EventType, Record<string, string>>> = {
  "sign_in.succeeded": { authorization_code: "You signed in to an app through your browser" },
  "export.made": { download: "You downloaded an export" },
  "token.reuse_detected": { authorization_code: "A code for an app was used twice, so the app’s session was ended" },
  "sign_in.failed": { authorization_code: "An app tried to sign in with a code that is not right", ...wrongFactors, provider: "Someone tried to sign in by another provider", email_code: "Someone typed a wrong code of those that we send by mail" },
  "request.refused": { ...wrongFactors, password: "Someone typed a wrong current password", mail: "A mail to you could not be delivered", picture: "A picture that you chose was refused" },
  "factor.added": {
    totp: "You set up an authenticator app",
    passkey: "You added a passkey",
    recovery_codes: "You made new recovery codes",
    second_step: "You switched your second step on",
  },
  "factor.removed": {
    totp: "You turned your authenticator app off",
    passkey: "You removed a passkey",
    recovery_codes: "Your recovery codes were removed",
    second_step: "You switched your second step off",
    trusted_device: "You want the second step asked on a device again",
  },
};

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function newName(change: unknown): string | null {
  return typeof change === "object" && change !== null && "to" in change ? text(change.to) : text(change);
}

/** What an administrator can do in place of the owner. */
const byAdministrator: Partial<Record<EventType, string>> = {
  "deletion.asked": "An administrator asked for this account to be deleted",
  "deletion.cancelled": "An administrator kept this account",
};

export function eventWords({ type, detail, actor }: Event): EventWords {
  const theirs = actor === "admin" && byAdministrator[type];
  if (theirs) return { sentence: theirs, own: null };
  if (type === "session.ended") {
    const reason = endReasons.find((known) => known === detail.reason);
    return { sentence: reason ? ended[reason] : "A session ended", own: null };
  }
  if (type === "device.named") {
    const name = text(detail.name);
    return name === null ? { sentence: "You took a device’s name back", own: null } : { sentence: "You named a device", own: name };
  }
  if (type === "profile.changed" && typeof detail.remindOfEnds === "object") return { sentence: "You changed whether we remind you of ends", own: null };
  if (type === "profile.changed" && typeof detail.approveNewDevices === "object") return { sentence: "You changed whether a new device needs your approval", own: null };
  if (type === "profile.changed" && typeof detail.passkey === "object") return { sentence: "You renamed a passkey", own: newName(detail.passkey) };
  if (type === "profile.changed") {
    const to = newName(detail.name);
    return { sentence: to === null ? plain[type] : "You changed your name to", own: to };
  }
  if (type === "identity.linked" && text(detail.name)) return { sentence: "You linked", own: text(detail.name) };
  if (type === "identity.unlinked" && text(detail.name)) return { sentence: "You unlinked", own: text(detail.name) };
  const known = new Map(Object.entries(ofWhat[type] ?? {})).get(String(detail.what));
  if (known) return { sentence: known, own: detail.what === "passkey" ? text(detail.name) : null };
  if (type === "approval.refused" && detail.reason === "digits") return { sentence: "A new device was turned away: another number was typed", own: null };
  if (type === "avatar.regenerated" && detail.source === "identicon") return { sentence: "A pattern stands in for your Gravatar", own: null };
  if (type === "avatar.regenerated" && detail.source === "provider") return { sentence: "Your picture was taken from the provider with which you signed up", own: null };
  return { sentence: plain[type], own: null };
}
