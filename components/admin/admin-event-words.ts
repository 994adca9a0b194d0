import type { AdminEvent } from "@/lib/admin/schema";
import { unusualRulesIn } from "@/components/activity/unusual-words";
import type { EventType } from "@/lib/events/schema";
import { ruleWords } from "@/lib/core/unusual-rule";

/** The kinds of events, as an administrator filters by them. */
export const typeWords: Record<EventType, string> = {
  "account.created": "Account created",
  "sign_in.succeeded": "Signed in",
  "sign_in.failed": "Failed sign-in",
  "sign_in.refused": "Sign-in refused",
  "request.refused": "Request refused",
  "export.made": "Export made",
  "deletion.asked": "Deletion asked for",
  "deletion.cancelled": "Account kept",
  "session.ended": "Session ended",
  "session.address_changed": "Session moved",
  "device.named": "Device named",
  "device.forgotten": "Device forgotten",
  "password.changed": "Password changed",
  "password.reset": "Password reset",
  "email.verified": "Email confirmed",
  "email.changed": "Email changed",
  "email.change_undone": "Change of email undone",
  "password.compromised": "Password known to others",
  "factor.added": "Way in added",
  "factor.removed": "Way in removed",
  "factors.reset": "Second step removed",
  "recovery_code.used": "Recovery code used",
  "passkey.counter_went_back": "Passkey refused",
  "approval.given": "New device approved",
  "approval.refused": "New device turned away",
  "identity.linked": "Provider linked",
  "identity.unlinked": "Provider unlinked",
  "sign_in.not_me": "“This wasn’t me”",
  "reset_link.made": "Reset link made",
  "profile.changed": "Profile changed",
  "token.reuse_detected": "Token used twice",
  "avatar.uploaded": "Picture uploaded",
  "avatar.regenerated": "Picture fetched",
  "avatar.removed": "Picture removed",
  "role.changed": "Role changed",
  "account.disabled": "Account disabled",
  "account.enabled": "Account enabled",
  "sessions.bulk_ended": "Sessions ended together",
};

const ends: Record<string, string> = {
  signed_out: "signed out",
  ended_by_user: "by its owner",
  ended_all: "by its owner, with all",
  ended_by_admin: "by an administrator",
  over_limit: "to make room",
  expired: "not used any more",
  password_changed: "password changed",
  account_disabled: "account disabled",
  token_reused: "token used twice",
  password_reset: "password reset",
  not_me: "“This wasn’t me”",
  email_undone: "change of address undone",
  ended_by_provider: "ended by another provider",
  deleted: "account to be deleted",
};

const factors: Record<string, string> = {
  totp: "authenticator app",
  passkey: "passkey",
  recovery_code: "recovery code",
  recovery_codes: "recovery codes",
  second_step: "second step",
  trusted_device: "trust in a device",
};

const asked: Record<string, string> = {
  sign_up: "Sign-up",
  password: "Change of password",
  mail: "Mail not delivered",
  picture: "Picture",
  totp: "Code of an authenticator app",
  recovery_code: "Recovery code",
  passkey: "Passkey",
};

const failed: Record<string, string> = {
  email_code: "wrong code",
  authorization_code: "wrong code of an app",
  provider: "by another provider",
};

const sources: Record<string, string> = {
  gravatar: "from Gravatar",
  provider: "from another provider",
  identicon: "a pattern, without one there",
};

const refusals: Record<string, string> = {
  forbidden: "not allowed",
  cross_origin: "from another site",
  invalid_credentials: "wrong password",
  invalid_code: "not right",
  rate_limited: "too many attempts",
  unprocessable_image: "no picture that can be read",
  too_large: "too large",
};

const ownExports: Record<string, string> = { account: "of their account", download: "of their account, downloaded" };

function isChange(value: unknown): value is { from: unknown; to: unknown } {
  return typeof value === "object" && value !== null && "from" in value && "to" in value;
}

const details: Partial<Record<EventType, (detail: AdminEvent["detail"]) => string | null>> = {
  "sign_in.failed": ({ what }) => failed[String(what)] ?? wrongFactor(what),
  "factor.added": ({ what }) => factors[String(what)] ?? null,
  "factor.removed": ({ what }) => factors[String(what)] ?? null,
  "identity.linked": ({ name }) => (typeof name === "string" ? name : null),
  "identity.unlinked": ({ name }) => (typeof name === "string" ? name : null),
  "request.refused": ({ what, reason }) => `${asked[String(what)] ?? String(what)}: ${refusals[String(reason)] ?? String(reason)}`,
  "export.made": ({ what, format }) => ownExports[String(what)] ?? `${what === "audit" ? "the audit log" : String(what)}, as ${String(format)}`,
  "deletion.asked": ({ dueAt }) => (typeof dueAt === "string" ? `due ${dueAt.slice(0, 10)}` : null),
  "sign_in.succeeded": (detail) => (detail.what === "authorization_code" ? `an app, through the browser: ${String(detail.app)}` : unusualRulesIn(detail).map(ruleWords).join(", and ") || null),
  "token.reuse_detected": ({ what }) => (what === "authorization_code" ? "code of an app" : null),
  "avatar.regenerated": ({ source }) => sources[String(source)] ?? null,
  "session.ended": ({ reason }) => ends[String(reason)] ?? null,
  "email.changed": ({ email }) => (isChange(email) ? `${String(email.from)} → ${String(email.to)}` : null),
  "session.address_changed": ({ from }) => (typeof from === "string" ? `from ${from}` : null),
  "device.named": ({ name }) => (typeof name === "string" ? name : null),
  "profile.changed": ({ name, remindOfEnds, approveNewDevices, passkey }) => {
    if (isChange(approveNewDevices)) return `approval of new devices ${approveNewDevices.to === true ? "on" : "off"}`;
    if (isChange(remindOfEnds)) return `reminders ${remindOfEnds.to === true ? "on" : "off"}`;
    if (isChange(passkey)) return `a passkey: ${String(passkey.from)} → ${String(passkey.to)}`;
    return isChange(name) ? `${String(name.from)} → ${String(name.to)}` : null;
  },
  "role.changed": ({ role }) => (isChange(role) ? `${String(role.from)} → ${String(role.to)}` : `what ${String(role)} allows`),
  "sessions.bulk_ended": ({ matched, users }) => `${String(matched)} sessions of ${String(users)} users`,
};

function wrongFactor(what: unknown): string | null {
  const factor = factors[String(what)];
  return factor ? `wrong ${what === "totp" ? "code of an authenticator app" : factor}` : null;
}

/** What of an event's detail one wants to read at once; null when its kind says all. */
export function detailWords({ type, detail }: AdminEvent): string | null {
  if (typeof detail.leftOut === "number") return `and ${detail.leftOut} more, not written one by one`;
  return details[type]?.(detail) ?? null;
}

/** Somebody was kept out. */
export function isRefusal({ type }: AdminEvent): boolean {
  return type === "sign_in.failed" || type === "sign_in.refused" || type === "request.refused";
}

/** Done by someone who is not known to be its owner. */
export function isStrangers(event: AdminEvent): boolean {
  return isRefusal(event) && (event.user === null || event.type !== "request.refused");
}

export function noteOf({ detail }: AdminEvent): string | null {
  return typeof detail.note === "string" ? detail.note : null;
}
