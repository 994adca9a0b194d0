import { expect, test } from "vitest";
import { protection, type ProtectionFacts } from "@/lib/auth/protection";
import type { NextStep } from "@/lib/auth/schema";

const at = "2026-03-12T10:00:00.000Z";
const passkey = (synced: boolean) => ({ id: "", name: "", synced, createdAt: at, lastUsedAt: null });
const bound = passkey(false);
const synced = passkey(true);
const app = { since: at, lastUsedAt: null };

const facts: ProtectionFacts = { password: { changedAt: null }, passkeys: [], totp: null, secondStep: false, identities: [], codesLeft: 0, codesMade: false, addressUnproven: false, appOffered: true };
const withApp: ProtectionFacts = { ...facts, totp: app, secondStep: true, codesLeft: 10, codesMade: true };
const withPasskeys: ProtectionFacts = { ...facts, passkeys: [bound], secondStep: true, codesLeft: 10, codesMade: true };
const google = { id: "", provider: "google", label: "Google", email: null, createdAt: at, lastUsedAt: null, opens: true };
const withProvider: ProtectionFacts = { ...facts, password: null, identities: [google] };
const withoutPassword: ProtectionFacts = { ...facts, password: null, passkeys: [bound] };

test.each<[string, ProtectionFacts, boolean, NextStep | null, RegExp]>([
  ["a password alone", facts, false, "set_up_app", /^Your password alone opens/],
  ["the same where no app can be set up", { ...facts, appOffered: false }, false, "add_passkey", /^Your password alone opens/],
  ["an address that nobody proved: nothing can be added before", { ...facts, addressUnproven: true }, false, "confirm_address", /^Your password alone opens/],
  ["a passkey beside a password that still opens it alone", { ...facts, passkeys: [synced, bound] }, false, "switch_on", /alone still opens/],
  ["nothing that opens it at all", { ...facts, password: null }, false, "set_password", /^Nothing opens/],
  ["an app, and no passkey", withApp, true, "add_passkey", /well protected/],
  ["an app and a passkey", { ...withApp, passkeys: [bound] }, true, null, /well protected/],
  ["an app, and no recovery code left", { ...withApp, passkeys: [bound], codesLeft: 0 }, false, "make_codes", /^No recovery code is left/],
  ["an app, and one recovery code left", { ...withApp, codesLeft: 1 }, true, "make_codes", /well protected/],
  ["an app, and three recovery codes left", { ...withApp, codesLeft: 3 }, true, "make_codes", /well protected/],
  ["an app, and four recovery codes left", { ...withApp, passkeys: [synced], codesLeft: 4 }, true, null, /well protected/],
  ["one passkey as second step, in one place only", withPasskeys, true, "add_passkey", /well protected/],
  ["one passkey as second step, in more than one place", { ...withPasskeys, passkeys: [synced] }, true, null, /well protected/],
  ["two passkeys as second step", { ...withPasskeys, passkeys: [bound, bound] }, true, null, /well protected/],
  ["passkeys as second step, and no recovery code left", { ...withPasskeys, codesLeft: 0 }, false, "make_codes", /^No recovery code is left/],
  ["passkeys as second step because a role needs one, and no recovery codes ever", { ...withPasskeys, codesLeft: 0, codesMade: false }, false, "make_codes", /^You have no recovery codes yet/],
  ["one passkey and no password: in one place only", withoutPassword, true, "add_passkey", /well protected/],
  ["another provider and nothing else", withProvider, true, "add_passkey", /well protected/],
  ["another provider that the operator has taken away", { ...withProvider, identities: [{ ...google, opens: false }] }, false, "set_password", /^Nothing opens/],
  ["another provider and a passkey in one place", { ...withProvider, passkeys: [bound] }, true, null, /well protected/],
  ["passkeys and no password", { ...withoutPassword, passkeys: [bound, synced] }, true, null, /well protected/],
])("%s", (_what, given, isGood, step, sentence) => {
  const { next, ...said } = protection(given);
  expect(said).toEqual({ isGood, sentence: expect.stringMatching(sentence) as string });
  expect(next?.step ?? null).toBe(step);
});

test("says how many recovery codes are left, and what one would be locked out without", () => {
  const why = (given: ProtectionFacts) => protection(given).next?.why;
  expect(why({ ...withApp, codesLeft: 1 })).toBe("Only one recovery code is left.");
  expect(why({ ...withApp, codesLeft: 3 })).toBe("Only 3 recovery codes are left.");
  expect(why({ ...withApp, codesLeft: 0 })).toMatch(/your app/);
  expect(why({ ...withPasskeys, codesLeft: 0 })).toMatch(/your passkey/);
});
