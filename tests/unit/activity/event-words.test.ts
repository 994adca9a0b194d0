import { expect, test } from "vitest";
import { eventWords } from "@/components/activity/event-words";
import { detailWords } from "@/components/admin/admin-event-words";
import { newId } from "@/lib/core/ids";
import type { Event, EventType } from "@/lib/events/schema";

function event(type: EventType, detail: Event["detail"]): Event {
  return { id: newId(), type, at: "2026-03-12T10:00:00.000Z", actor: "user", sessionId: null, device: null, ip: null, detail };
}

test.each<[EventType, string, string, string]>([
  ["factor.added", "totp", "You set up an authenticator app", "authenticator app"],
  ["factor.added", "passkey", "You added a passkey", "passkey"],
  ["factor.added", "recovery_codes", "You made new recovery codes", "recovery codes"],
  ["factor.added", "second_step", "You switched your second step on", "second step"],
  ["factor.removed", "totp", "You turned your authenticator app off", "authenticator app"],
  ["factor.removed", "passkey", "You removed a passkey", "passkey"],
  ["factor.removed", "second_step", "You switched your second step off", "second step"],
  ["factor.removed", "trusted_device", "You want the second step asked on a device again", "trust in a device"],
  ["sign_in.failed", "totp", "Someone typed a wrong code of your authenticator app", "wrong code of an authenticator app"],
  ["sign_in.failed", "recovery_code", "Someone typed a wrong recovery code", "wrong recovery code"],
  ["sign_in.failed", "passkey", "Someone tried a passkey that is not right", "wrong passkey"],
  ["sign_in.failed", "authorization_code", "An app tried to sign in with a code that is not right", "wrong code of an app"],
  ["token.reuse_detected", "authorization_code", "A code for an app was used twice, so the app’s session was ended", "code of an app"],
  ["sign_in.failed", "email_code", "Someone typed a wrong code of those that we send by mail", "wrong code"],
])("%s of %s is told to its owner and to administrators", (type, what, sentence, detail) => {
  const given = event(type, { what });
  expect(eventWords(given).sentence).toBe(sentence);
  expect(detailWords({ ...given, user: null, by: null })).toBe(detail);
});

test("a sign-in of an app through the browser says so, and which app to administrators", () => {
  const given = event("sign_in.succeeded", { what: "authorization_code", app: "com.example.app" });
  expect(eventWords(given).sentence).toBe("You signed in to an app through your browser");
  expect(detailWords({ ...given, user: null, by: null })).toBe("an app, through the browser: com.example.app");
});

test("a passkey that is renamed says what it is called now, and to administrators what it was called too", () => {
  const given = event("profile.changed", { passkey: { from: "YubiKey", to: "Blue key" } });
  expect(eventWords(given)).toEqual({ sentence: "You renamed a passkey", own: "Blue key" });
  expect(detailWords({ ...given, user: null, by: null })).toBe("a passkey: YubiKey → Blue key");
});

test("a passkey is named, and what nobody knows has the words of its kind", () => {
  expect(eventWords(event("factor.removed", { what: "passkey", name: "YubiKey" })).own).toBe("YubiKey");
  expect(eventWords(event("factor.added", { what: "toString" })).sentence).toBe("You added a way to sign in");
  expect(eventWords(event("sign_in.failed", {})).sentence).toBe("Someone tried to sign in with a wrong password");
});
