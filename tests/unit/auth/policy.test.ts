import { expect, test } from "vitest";
import { type Facts, type House, policy, type Way } from "@/lib/auth/policy";

const facts: Facts = {
  kind: "sign_in",
  first: "password",
  userVerified: false,
  addressUnproven: false,
  secondStep: null,
  factors: [],
  deviceKnown: true,
  deviceTrusted: false,
  asksForNewDevices: false,
  rules: [],
  hasOtherSession: false,
  proven: [],
};
const house: House = { EMAIL_VERIFICATION: "required", RISK: "ask", mail: true, DEVICE_APPROVAL: "optional" };
const second: Way[] = ["totp", "recovery_code"];
const unknown: Partial<Facts> = { deviceKnown: false };
const odd: Partial<Facts> = { ...unknown, rules: ["new_country"] };

/** ACCOUNTS 4, row by row, and what cannot be met. */
test.each<[string, Partial<Facts>, Partial<House>, readonly Way[] | null]>([
  ["a password on a known device", {}, {}, null],
  ["a password on an unknown one", unknown, {}, null],
  ["a passkey that checked its owner", { ...odd, first: "passkey", userVerified: true, secondStep: second }, { DEVICE_APPROVAL: "required" }, null],
  ["a sign-up by a passkey with an address that nobody proved", { ...unknown, kind: "sign_up", first: "passkey", userVerified: true, addressUnproven: true }, {}, ["email_code"]],
  ["a passkey that did not, where the second step is on", { first: "passkey", secondStep: second }, {}, second],
  ["a provider, where the second step is on", { first: "provider", secondStep: second }, {}, second],
  ["the second step", { secondStep: second }, {}, second],
  ["the second step on a trusted device", { secondStep: second, deviceTrusted: true }, {}, null],
  ["the second step given", { secondStep: second, proven: ["totp"] }, {}, null],
  ["the second step, and a code by mail in its place", { secondStep: second, proven: ["email_code"] }, {}, second],
  ["the second step on an unknown and unusual device asks for nothing else", { ...odd, secondStep: second, hasOtherSession: true }, { DEVICE_APPROVAL: "required" }, second],
  ["a sign-up with an address that nobody proved", { ...unknown, kind: "sign_up", addressUnproven: true }, {}, ["email_code"]],
  ["the same, proven", { ...unknown, kind: "sign_up", addressUnproven: true, proven: ["email_code"] }, {}, null],
  ["the same, where nobody asks", { ...unknown, kind: "sign_up", addressUnproven: true }, { EMAIL_VERIFICATION: "off" }, null],
  ["the same, where a provider proved it", { ...unknown, kind: "sign_up", first: "provider" }, {}, null],
  ["an account of before whose address nobody proved signs in", { addressUnproven: true }, {}, null],
  ["an unknown device, and the owner wants to be asked", { ...unknown, asksForNewDevices: true, hasOtherSession: true }, {}, ["approval", "email_code"]],
  ["the same without another session", { ...unknown, asksForNewDevices: true }, {}, ["email_code"]],
  ["the same with a factor", { ...unknown, asksForNewDevices: true, factors: ["totp"] }, {}, ["email_code", "totp"]],
  ["the same, where the operator has switched it off", { ...unknown, asksForNewDevices: true }, { DEVICE_APPROVAL: "off" }, null],
  ["the same on a known device", { asksForNewDevices: true }, {}, null],
  ["an unknown device, and the operator wants it", { ...unknown, hasOtherSession: true }, { DEVICE_APPROVAL: "required" }, ["approval", "email_code"]],
  ["the same, approved", { ...unknown, hasOtherSession: true, proven: ["approval"] }, { DEVICE_APPROVAL: "required" }, null],
  ["the same, with nobody to approve and no mail: what cannot be met is not asked", unknown, { DEVICE_APPROVAL: "required", mail: false, RISK: "off" }, null],
  ["an unusual sign-in", odd, {}, ["email_code"]],
  ["the same with another session", { ...odd, hasOtherSession: true }, {}, ["email_code", "approval"]],
  ["the same, proven", { ...odd, proven: ["email_code"] }, {}, null],
  ["the same, where it is only told", odd, { RISK: "notify" }, null],
  ["the same, where nobody looks", odd, { RISK: "off" }, null],
  ["the same without mail or another session", odd, { mail: false }, null],
  ["the same, with an address that nobody has proven: a code would go to whoever reads mail there", { ...odd, addressUnproven: true }, {}, null],
  ["rules on a known device fire for nothing", { rules: ["many_failures"] }, {}, null],
])("%s", (_what, some, settings, asked) => {
  expect(policy({ ...facts, ...some }, { ...house, ...settings })).toEqual(asked);
});
