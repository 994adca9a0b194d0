import { beforeAll, describe, expect, test } from "vitest";
import { buildApp } from "@/scripts/steps/build-app";
import { query } from "@/scripts/servers/query";
import { type HttpClient, httpClient, signedUp } from "@/tests/integration/api/http-client";
import { sharedApp } from "@/tests/support/shared-app";
import { builtActions, exportedMethods, filledIn, findEntrances } from "./entrances";

/** Who asks; "disabled" still holds the cookie of the account that was disabled. */
const PEOPLE = ["signed out", "user", "support", "admin", "disabled"] as const;
type Person = (typeof PEOPLE)[number];
type Row = readonly [number, number, number, number, number];

// What each of them gets. 415: let in, and only then refused for the nonsense that the test sends.
const ANYONE: Row = [415, 415, 415, 415, 415];
const SHOWN: Row = [200, 200, 200, 200, 200];
const MISSING: Row = [404, 404, 404, 404, 404];
const SIGNED_IN: Row = [401, 415, 415, 415, 401];
const READS: Row = [401, 200, 200, 200, 401];
const FINDS_NOTHING: Row = [401, 404, 404, 404, 401];
const SUPPORT_READS: Row = [401, 403, 200, 200, 401];
const SUPPORT_CHANGES: Row = [401, 403, 415, 415, 401];
const ADMIN_CHANGES: Row = [401, 403, 403, 415, 401];

const calls: Record<string, Row> = {
  "GET /api/health": SHOWN,
  "GET /api/ready": SHOWN,
  "GET /api/openapi.json": SHOWN,
  "GET /api/auth/jwks.json": SHOWN,
  "GET /docs": SHOWN,
  "GET /docs/scripts/[file]": MISSING,
  ...Object.fromEntries(["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => [`${method} /api/[[...path]]`, MISSING])),
  "POST /api/auth/signin": ANYONE,
  "POST /api/auth/signup": ANYONE,
  "POST /api/auth/signin/passkey": ANYONE,
  "POST /api/auth/passkeys/challenge": ANYONE,
  "POST /api/auth/passkeys": SIGNED_IN,
  "PATCH /api/auth/passkeys/[id]": SIGNED_IN,
  "DELETE /api/auth/passkeys/[id]": SIGNED_IN,
  // Nobody here has one under way.
  "GET /api/auth/attempt": [410, 410, 410, 410, 410],
  "GET /api/auth/attempt/events": [410, 410, 410, 410, 410],
  "DELETE /api/auth/attempt": ANYONE,
  ...Object.fromEntries(["code", "approval", "prove", "keep", "link"].map((step) => [`POST /api/auth/attempt/${step}`, ANYONE])),
  "GET /api/auth/providers": SHOWN,
  "POST /api/auth/providers/[name]/start": ANYONE,
  "POST /api/auth/providers/[name]/logout": ANYONE,
  // Sent to none, they are led to where that is said.
  "GET /api/auth/providers/[name]/callback": [303, 303, 303, 303, 303],
  "DELETE /api/auth/identities/[id]": SIGNED_IN,
  "POST /api/auth/verify-email": ANYONE,
  "POST /api/auth/forgot": ANYONE,
  "POST /api/auth/reset": ANYONE,
  "POST /api/auth/not-me": ANYONE,
  "POST /api/auth/email": SIGNED_IN,
  "DELETE /api/auth/email": SIGNED_IN,
  "POST /api/auth/email/code": SIGNED_IN,
  "POST /api/auth/email/undo": ANYONE,
  "GET /api/auth/proof": READS,
  "POST /api/auth/proof": SIGNED_IN,
  "GET /api/auth/factors": READS,
  "POST /api/auth/factors/totp": SIGNED_IN,
  "DELETE /api/auth/factors/totp": SIGNED_IN,
  "POST /api/auth/factors/totp/confirm": SIGNED_IN,
  "POST /api/auth/factors/recovery-codes": SIGNED_IN,
  "POST /api/auth/proof/code": SIGNED_IN,
  "POST /api/auth/refresh": ANYONE,
  "POST /api/auth/token": ANYONE,
  "POST /api/auth/revoke": ANYONE,
  "POST /api/auth/logout": SIGNED_IN,
  "POST /api/auth/logout-all": SIGNED_IN,
  "POST /api/auth/password": SIGNED_IN,
  "PATCH /api/auth/preferences": SIGNED_IN,
  "GET /api/auth/session": READS,
  "GET /api/auth/sessions": READS,
  "DELETE /api/auth/sessions": SIGNED_IN,
  "DELETE /api/auth/sessions/[id]": SIGNED_IN,
  "GET /api/auth/devices": READS,
  "PATCH /api/auth/devices/[id]": SIGNED_IN,
  "DELETE /api/auth/devices/[id]": SIGNED_IN,
  "DELETE /api/auth/devices/[id]/trust": SIGNED_IN,
  "GET /api/auth/approvals": READS,
  "POST /api/auth/approvals/[id]": SIGNED_IN,
  "DELETE /api/auth/approvals/[id]": SIGNED_IN,
  "GET /api/auth/ips": READS,
  "GET /api/auth/exports": READS,
  "POST /api/auth/exports": SIGNED_IN,
  "GET /api/auth/exports/[id]": FINDS_NOTHING,
  "POST /api/auth/deletion": SIGNED_IN,
  "GET /api/auth/activity": READS,
  "GET /api/auth/events": READS,
  "GET /api/users/me": READS,
  "PATCH /api/users/me": SIGNED_IN,
  "POST /api/users/me/avatar": SIGNED_IN,
  "DELETE /api/users/me/avatar": SIGNED_IN,
  "GET /api/users/[id]": FINDS_NOTHING,
  "GET /api/avatars/[userId]/[version]/[size]": MISSING,
  "GET /api/admin/sessions": SUPPORT_READS,
  "POST /api/admin/sessions/end": SUPPORT_CHANGES,
  "DELETE /api/admin/sessions/[id]": SUPPORT_CHANGES,
  "GET /api/admin/live": SUPPORT_READS,
  "GET /api/admin/users": SUPPORT_READS,
  "GET /api/admin/users/[id]": [401, 403, 404, 404, 401],
  "PATCH /api/admin/users/[id]": ADMIN_CHANGES,
  "DELETE /api/admin/users/[id]": ADMIN_CHANGES,
  "DELETE /api/admin/users/[id]/deletion": ADMIN_CHANGES,
  "POST /api/admin/users/[id]/reset-link": ADMIN_CHANGES,
  "DELETE /api/admin/users/[id]/factors": ADMIN_CHANGES,
  "GET /api/admin/roles": SUPPORT_READS,
  "PUT /api/admin/roles/[name]": ADMIN_CHANGES,
  "GET /api/admin/events": SUPPORT_READS,
  "GET /api/admin/insights": SUPPORT_READS,
  // A page's own download: to who may not read it, it does not exist; 400 says that the format is missing.
  "GET /admin/audit/export": [401, 404, 400, 400, 401],
  // A plain form is led back to the page, which says what was wrong, or to the door.
  "POST /profile/picture": [303, 303, 303, 303, 303],
  // The same of a file to take along that is not there.
  "GET /leave/download/[id]": [303, 303, 303, 303, 303],
  // Where the links of mails come out: one to nowhere leads to the door.
  "GET /link/[page]": [303, 303, 303, 303, 303],
  // Nothing of another site's, whoever is signed in here.
  "POST /sign-out": [403, 403, 403, 403, 403],
};

const PRIVATE: Row = [307, 200, 200, 200, 307];
const FOR_SUPPORT: Row = [307, 404, 200, 200, 307];

const pages: Record<string, Row> = {
  "/": [307, 307, 307, 307, 307],
  "/sign-in": SHOWN,
  "/sign-up": SHOWN,
  "/continue": SHOWN,
  "/reset": SHOWN,
  "/not-me": SHOWN,
  "/undo": SHOWN,
  // There is no mail here, and so no such page.
  "/forgot": MISSING,
  "/confirm": PRIVATE,
  // What is wrong with an app's request is said to anybody; here it is all of it.
  "/authorize": SHOWN,
  "/unavailable": SHOWN,
  // Under `npm run dev` only.
  "/dev/mails": MISSING,
  "/devices": PRIVATE,
  "/activity": PRIVATE,
  "/profile": PRIVATE,
  "/security": PRIVATE,
  "/leave": PRIVATE,
  "/security/authenticator": PRIVATE,
  "/admin": [307, 404, 307, 307, 307],
  "/admin/devices": FOR_SUPPORT,
  "/admin/devices/end": [307, 404, 307, 307, 307],
  "/admin/users": FOR_SUPPORT,
  "/admin/users/[id]": [307, 404, 404, 404, 307],
  "/admin/users/roles": FOR_SUPPORT,
  "/admin/audit": FOR_SUPPORT,
  "/admin/insights": FOR_SUPPORT,
};

type Outcomes = readonly [string, string, string, string, string];
const OPEN: Outcomes = ["invalid_input", "invalid_input", "invalid_input", "invalid_input", "invalid_input"];
const leads = (to: string): Outcomes => [to, to, to, to, to];
const OWN: Outcomes = ["sign-in", "invalid_input", "invalid_input", "invalid_input", "sign-in"];
const OWN_WITHOUT_INPUT: Outcomes = ["sign-in", "ok", "ok", "ok", "sign-in"];
const OF_SUPPORT: Outcomes = ["sign-in", "forbidden", "invalid_input", "invalid_input", "sign-in"];
const OF_ADMIN: Outcomes = ["sign-in", "forbidden", "forbidden", "invalid_input", "sign-in"];

const actions: Record<string, Outcomes> = {
  "app/(auth)/assess-password-action.ts assessPasswordAction": OPEN,
  "app/(auth)/sign-in/actions.ts signInAction": OPEN,
  "app/(auth)/sign-in/actions.ts signInByPasskeyAction": OPEN,
  "app/(auth)/sign-up/actions.ts signUpAction": OPEN,
  "app/(auth)/continue/actions.ts proveAction": OPEN,
  "app/(auth)/continue/actions.ts sendCodeAction": leads("continue"),
  "app/(auth)/continue/approval-actions.ts askApprovalAction": leads("continue"),
  "app/(auth)/continue/approval-actions.ts proveApprovalAction": leads("continue"),
  "app/(auth)/continue/keep-action.ts keepAction": leads("continue"),
  "app/(auth)/continue/actions.ts linkAction": leads("continue"),
  "app/(auth)/continue/actions.ts giveUpAction": ["sign-in", "security", "security", "security", "sign-in"],
  "app/(auth)/continue/actions.ts takeBackAction": leads("continue"),
  "app/(auth)/forgot/actions.ts forgotAction": OPEN,
  "app/(auth)/reset/actions.ts resetAction": OPEN,
  "app/(auth)/authorize/actions.ts authorizeAction": OWN,
  "app/(auth)/confirm/actions.ts confirmAction": OWN,
  "app/(auth)/confirm/actions.ts sendProofCodeAction": ["sign-in", "proof_required", "proof_required", "proof_required", "sign-in"],
  "app/(auth)/not-me/actions.ts notMeAction": OPEN,
  "app/(auth)/undo/actions.ts undoAction": OPEN,
  "app/(account)/approval-actions.ts approveDeviceAction": OWN,
  "app/(account)/approval-actions.ts refuseDeviceAction": OWN,
  "app/(account)/devices/actions.ts endSessionAction": OWN,
  "app/(account)/devices/actions.ts endOthersAction": OWN_WITHOUT_INPUT,
  "app/(account)/devices/actions.ts forgetDeviceAction": OWN,
  "app/(account)/devices/actions.ts renameDeviceAction": OWN,
  "app/(account)/devices/actions.ts stopTrustingAction": OWN,
  "app/(account)/profile/actions.ts updateProfileAction": OWN,
  "app/(account)/profile/actions.ts takeGravatarAction": OWN_WITHOUT_INPUT,
  "app/(account)/profile/actions.ts removePictureAction": OWN_WITHOUT_INPUT,
  "app/(account)/leave/actions.ts makeExportAction": OWN_WITHOUT_INPUT,
  "app/(account)/leave/actions.ts deleteAccountAction": OWN,
  "app/(account)/security/actions.ts changePasswordAction": OWN,
  "app/(account)/security/actions.ts changeEmailAction": OWN,
  "app/(account)/security/actions.ts confirmEmailAction": ["sign-in", "not_found", "not_found", "not_found", "sign-in"],
  "app/(account)/security/factor-actions.ts setUpAppAction": ["sign-in", "security", "security", "security", "sign-in"],
  "app/(account)/security/factor-actions.ts turnOffAppAction": OWN_WITHOUT_INPUT,
  // They have no second step.
  "app/(account)/security/factor-actions.ts makeCodesAction": ["sign-in", "conflict", "conflict", "conflict", "sign-in"],
  // They have just proven who they are; else it leads to where that is done.
  "app/(account)/security/factor-actions.ts addPasskeyAction": OWN,
  "app/(account)/security/factor-actions.ts renamePasskeyAction": OWN,
  "app/(account)/security/factor-actions.ts removePasskeyAction": OWN,
  "app/(account)/security/factor-actions.ts unlinkIdentityAction": OWN,
  "app/(account)/security/factor-actions.ts updatePreferencesAction": OWN,
  "app/(account)/security/authenticator/actions.ts confirmAppAction": OWN,
  "app/(admin)/admin/devices/actions.ts endSessionAction": OF_SUPPORT,
  "app/(admin)/admin/devices/actions.ts endSelectedAction": OF_SUPPORT,
  "app/(admin)/admin/devices/actions.ts endMatchingAction": OF_SUPPORT,
  "app/(admin)/admin/users/actions.ts changeRoleAction": OF_ADMIN,
  "app/(admin)/admin/users/actions.ts makeResetLinkAction": OF_ADMIN,
  "app/(admin)/admin/users/actions.ts resetFactorsAction": OF_ADMIN,
  "app/(admin)/admin/users/actions.ts setDisabledAction": OF_ADMIN,
  "app/(admin)/admin/users/actions.ts deleteUserAction": OF_ADMIN,
  "app/(admin)/admin/users/actions.ts keepUserAction": OF_ADMIN,
  "app/(admin)/admin/users/actions.ts putRoleAction": OF_ADMIN,
};

const found = findEntrances();
let origin: string;
let built: ReturnType<typeof builtActions>;
let people: Record<Person, HttpClient>;

beforeAll(async () => {
  const { app, databaseUrl: database } = await sharedApp();
  origin = app.url;
  built = builtActions(await buildApp());
  const [user, support, admin, disabled] = [await signedUp(origin), await signedUp(origin), await signedUp(origin), await signedUp(origin)];
  for (const [{ email }, role] of [[support, "SUPPORT"], [admin, "ADMIN"]] as const) await query(database, "update users set role = $1 where email = $2", [role, email]);
  const shut = await admin.client.send("PATCH", `/api/admin/users/${disabled.answer.body.user.id}`, { disabled: true });
  expect(shut).toMatchObject({ status: 200, body: { disabled: true } });
  people = { "signed out": httpClient(origin), user: user.client, support: support.client, admin: admin.client, disabled: disabled.client };
}, 300_000);

/** Headers and status only: an event stream never ends by itself. */
async function statusOf(person: Person, path: string, init: RequestInit = {}): Promise<number> {
  const abort = new AbortController();
  const { jar } = people[person];
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const response = await fetch(origin + path, { redirect: "manual", signal: abort.signal, ...init, headers: { origin, ...(cookie && { cookie }), ...init.headers } });
  abort.abort();
  return response.status;
}

async function forAll<T>(ask: (person: Person) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const person of PEOPLE) answers.push(await ask(person));
  return answers;
}

/** By person, so that a failure says who. */
function named(answers: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(PEOPLE.map((person, index) => [person, answers[index]]));
}

test("every page, route and action of the file tree is listed here, and nothing else is", async () => {
  const methods = await Promise.all(found.routes.map(async ({ path, file }) => {
    const allow = exportedMethods(file) ?? (await fetch(origin + filledIn(path), { method: "OPTIONS" })).headers.get("allow")?.split(", ") ?? [];
    return allow.filter((method) => method !== "HEAD" && method !== "OPTIONS").map((method) => `${method} ${path}`);
  }));
  expect(methods.flat().sort()).toEqual(Object.keys(calls).sort());
  expect(found.pages.sort()).toEqual(Object.keys(pages).sort());
  expect(found.actions.sort()).toEqual(Object.keys(actions).sort());
});

describe("calls", () => {
  test.each(Object.entries(calls))("%s", async (call, expected) => {
    const [method = "", path = ""] = call.split(" ");
    const nonsense = { method, headers: { "content-type": "text/plain", ...(path === "/sign-out" ? { origin: "https://elsewhere.example" } : {}) }, body: "nonsense" };
    const answers = await forAll((person) => statusOf(person, filledIn(path), method === "GET" ? {} : nonsense));
    expect(named(answers)).toEqual(named(expected));
  });
});

describe("pages", () => {
  test.each(Object.entries(pages))("%s", async (path, expected) => {
    const answers = await forAll((person) => statusOf(person, filledIn(path)));
    expect(named(answers)).toEqual(named(expected));
  });
});

describe("actions, sent as the browser's scripts send them, with nothing in them", () => {
  test.each(Object.entries(actions))("%s", async (name, expected) => {
    const action = built.get(name);
    if (!action) throw new Error("the build does not have it: no page reaches it");
    const answers = await forAll(async (person) => {
      const { status, text } = await people[person].send("POST", action.path, '[{"status":"idle"},null]', { "next-action": action.id, "content-type": "text/plain;charset=UTF-8", accept: "text/x-component" });
      return /"status":"leaving","to":"\/([\w-]+)/.exec(text)?.[1] ?? /"status":"failed","code":"(\w+)"/.exec(text)?.[1] ?? /"status":"(ok)"/.exec(text)?.[1] ?? `${status} ${text.slice(0, 200)}`;
    });
    expect(named(answers)).toEqual(named(expected));
  });
});
