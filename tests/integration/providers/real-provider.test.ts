import { beforeAll, describe, expect, test } from "vitest";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { authorizationSources } from "@/lib/providers/known-metadata";
import { listProviders } from "@/lib/providers/list-providers";
import { openRequest } from "@/lib/providers/sealed-request";
import { openTestWorld } from "@/tests/support/context";
import { startOidcProvider, type TestProvider } from "@/tests/support/oidc-provider";
import { testSettings } from "@/tests/support/test-settings";
import { visitor } from "../auth/account";
import { comeBack, type Sent, sendThere } from "./round-trip";

let context: Context;
let acme: TestProvider;

beforeAll(async () => {
  acme = await startOidcProvider({ appUrl: testSettings.APP_URL });
  context = visitor((await openTestWorld({ HASH_THREADS: "1", ...acme.env })).context);
  acme.accounts.set("jane", { email: "Jane@Example.com", email_verified: true, name: "Jane Doe", picture: "https://pictures.example/jane.png" });
});

/** What the provider sent somebody back with. */
async function answered(sent: Sent, login = "jane", browser = acme.browser()): Promise<Record<string, string>> {
  const back = new URL(await browser.visit(sent.url.href, login));
  expect(back.origin + back.pathname).toBe(`${testSettings.APP_URL}/api/auth/providers/acme/callback`);
  return Object.fromEntries(back.searchParams);
}

describe("a certified provider", () => {
  test("is asked by code flow with PKCE, state and nonce, and says who somebody is", async () => {
    const sent = await sendThere(context, "acme", { next: "/profile", remember: true });
    expect(Object.fromEntries(sent.url.searchParams)).toMatchObject({ response_type: "code", client_id: "latchkey", code_challenge_method: "S256", scope: "openid email profile", state: sent.request.state, nonce: sent.request.nonce });
    expect(sent.request).toMatchObject({ next: "/profile", remember: true, purpose: "sign_in" });
    expect(sent.url.href).not.toContain(sent.request.verifier);
    const query = await answered(sent);
    const done = await comeBack(context, sent, query);
    expect(done).toMatchObject({
      identity: { provider: "acme", subject: "jane", email: "Jane@Example.com", emailTrusted: true, name: "Jane Doe", picture: "https://pictures.example/jane.png", sid: expect.any(String) },
    });
    if (isFailure(done)) throw new Error(done.failure);
    // Of two that come back with the same, one is done (promise 7).
    const spent = await Promise.all([done.spend(context), done.spend(context)]);
    expect(spent.map((outcome) => outcome?.failure)).toContain("attempt_over");
    expect(spent).toContain(undefined);
    expect(await comeBack(context, sent, query), "its code once more").toMatchObject({ failure: "invalid_credentials" });
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)("is told the secret by %s, whichever it wants", async (method) => {
    const picky = await startOidcProvider({ appUrl: testSettings.APP_URL, client: { token_endpoint_auth_method: method } });
    const house = { ...context, settings: { ...context.settings, OIDC_PROVIDERS: context.settings.OIDC_PROVIDERS.map((provider) => ({ ...provider, issuer: picky.issuer })) } };
    const sent = await sendThere(house);
    const back = new URL(await picky.browser().visit(sent.url.href, "jane"));
    expect(await comeBack(house, sent, Object.fromEntries(back.searchParams))).toMatchObject({ identity: { subject: "jane", email: null } });
  });

  test("asks for a sign-in anew where somebody has to prove who they are", async () => {
    const browser = acme.browser();
    await answered(await sendThere(context), "jane", browser);
    const sessionId = newId();
    const sent = await sendThere(context, "acme", { purpose: "prove", holder: sessionId, ways: 3 });
    expect(Object.fromEntries(sent.url.searchParams)).toMatchObject({ prompt: "login", max_age: "0" });
    expect(sent.request).toMatchObject({ ways: 3, holder: sessionId });
    // Signed in there as jane, it asks again, and somebody else answers.
    const done = await comeBack(context, sent, await answered(sent, "joe", browser));
    expect(done).toMatchObject({ identity: { subject: "joe", authenticatedAt: expect.any(Date) } });
  });

  test("a no there is a no here, in words of ours", async () => {
    const sent = await sendThere(context);
    const script = "<script>alert(1)</script>";
    expect(await comeBack(context, sent, { error: "access_denied", error_description: script, iss: acme.issuer })).toMatchObject({ failure: "forbidden" });
    const odd = await comeBack(context, sent, { error: script, error_description: script, iss: acme.issuer });
    expect(odd).toMatchObject({ failure: "invalid_credentials" });
    expect(JSON.stringify(odd)).not.toContain("script");
  });

  test("its answer is for the browser that asked, and the session, the provider and ten minutes (login CSRF)", async () => {
    const { request, sealed, browserId } = await sendThere(context);
    const own = { browserId, sessionId: null };
    expect(openRequest(context, "acme", sealed, own)).toEqual(request);
    expect(openRequest(context, "acme", sealed, { browserId: newId(), sessionId: newId() })).toBeNull();
    expect(openRequest(context, "other", sealed, own)).toBeNull();
    expect(openRequest(context, "acme", sealed.slice(0, -2), own)).toBeNull();
    expect(openRequest(context, "acme", null, own)).toBeNull();
    const later = { ...context, clock: { now: () => Date.now() + 10 * 60_000 } };
    expect(openRequest(later, "acme", sealed, own)).toBeNull();
    const linking = await sendThere(context, "acme", { purpose: "link", holder: "a session" });
    expect(openRequest(context, "acme", linking.sealed, { browserId: "a session", sessionId: "another" })).toBeNull();
    const theirs = await sendThere(context);
    const query = await answered(theirs);
    expect(await comeBack(context, { ...theirs, request }, query), "with the state of another browser").toMatchObject({ failure: "attempt_over" });
    expect(await comeBack(context, { ...theirs, request }, { ...query, state: request.state }), "with its code").toMatchObject({ failure: "invalid_credentials" });
  });

  test("where it is asked is known after the first time, and until then may be anywhere", async () => {
    const { OIDC_PROVIDERS } = context.settings;
    expect(authorizationSources(OIDC_PROVIDERS)).toEqual([acme.issuer]);
    expect(authorizationSources(OIDC_PROVIDERS.map((provider) => ({ ...provider, issuer: "https://unknown.example/realm" })))).toEqual(["https://unknown.example", "https:"]);
    expect(listProviders(context)).toEqual([{ name: "acme", label: "Acme" }]);
  });
});
