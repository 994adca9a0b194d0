import { describe, expect, test } from "vitest";
import { answerAddress, authorizationPath, fieldsOf, readAuthorizationRequest } from "@/lib/auth/authorization-request";
import { isFailure } from "@/lib/core/errors";
import { checkSettings, type Settings } from "@/lib/platform/env";
import { appSource } from "@/lib/web/app-source";
import { contentSecurityPolicy } from "@/lib/web/content-security-policy";
import { nextPath } from "@/app/(auth)/next-path";
import { testSettings } from "@/tests/support/test-settings";

const REDIRECTS = ["http://127.0.0.1/callback", "http://[::1]/callback", "https://app.example.org/signed-in", "com.example.app:/signed-in"];
const settings = settingsOf(REDIRECTS.join(", "));
const fields = { redirect_uri: "http://127.0.0.1:49152/callback", code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256", state: "a state" };

function settingsOf(NATIVE_REDIRECTS: string): Settings {
  const { settings: found, problems } = checkSettings({ ...testSettings, DATABASE_URL: "postgres://x", REDIS_URL: "redis://x", NATIVE_REDIRECTS });
  if (!found) throw new Error(problems.join("\n"));
  return found;
}

/** The parameters that are wrong; none for a request that is fit. */
function wrongOf(parameters: Record<string, unknown>): string[] {
  const read = readAuthorizationRequest(settings, parameters);
  return isFailure(read) ? (read.errors ?? []).map(({ path }) => path) : [];
}

describe("an app is answered", () => {
  test.each(["http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback", "http://127.0.0.1/callback", "http://[::1]:49152/callback", "https://app.example.org/signed-in", "com.example.app:/signed-in"])("at %s", (redirect_uri) => {
    expect(wrongOf({ ...fields, redirect_uri })).toEqual([]);
  });

  test.each([
    // Another computer, however it is spelled.
    "http://127.0.0.1@evil.example/callback", "http://127.0.0.1:49152@evil.example/callback", "http://evil.example:49152/callback", "http://127.0.0.1.evil.example:49152/callback", "http://evil.example/callback?http://127.0.0.1:49152/callback",
    "http://evil.example#http://127.0.0.1:49152/callback", "http://127.0.0.1:49152\\@evil.example/callback", "http://127.0.0.1:49152\\callback", "//127.0.0.1:49152/callback", "http:/127.0.0.1:49152/callback", "http:127.0.0.1:49152/callback", "http://user:word@127.0.0.1:49152/callback",
    // This one, spelled another way: a browser or a proxy may read it as something else.
    "http://localhost:49152/callback", "http://0.0.0.0:49152/callback", "http://127.1:49152/callback", "http://127.0.0.2:49152/callback", "http://2130706433:49152/callback", "http://0x7f.0.0.1:49152/callback", "http://127.0.0.1.:49152/callback",
    "http://[::ffff:127.0.0.1]:49152/callback", "http://[0:0:0:0:0:0:0:1]:49152/callback", "HTTP://127.0.0.1:49152/callback", "https://127.0.0.1:49152/callback", "ftp://127.0.0.1:49152/callback",
    // No port, or too large a one.
    "http://127.0.0.1:/callback", "http://127.0.0.1:0/callback", "http://127.0.0.1:080/callback", "http://127.0.0.1:65536/callback", "http://127.0.0.1:999999/callback", "http://127.0.0.1:4915２/callback", "http://127.0.0.1:+80/callback",
    // Another path.
    "http://127.0.0.1:49152", "http://127.0.0.1:49152/", "http://127.0.0.1:49152/callback/", "http://127.0.0.1:49152/Callback", "http://127.0.0.1:49152/./callback", "http://127.0.0.1:49152/x/../callback", "http://127.0.0.1:49152//callback", "http://127.0.0.1:49152/%63allback", "http://127.0.0.1:49152/callback?x=1", "http://127.0.0.1:49152/callback#x", "http://127.0.0.1:49152/callback\n", " http://127.0.0.1:49152/callback", "http://127.0.0.1:49152/callback\0", "http://127.0.0.1:49152/callback;/x",
    // Only the loopback has ports to choose from, and nobody else's host will do.
    "https://app.example.org:8443/signed-in", "https://app.example.org:443/signed-in", "https://app.example.org./signed-in", "https://APP.example.org/signed-in", "https://app.example.org@evil.example/signed-in", "https://evil.example/signed-in", "https://app.example.org.evil.example/signed-in", "https://аpp.example.org/signed-in", "https://app。example.org/signed-in", "http://app.example.org/signed-in", "https://app.example.org/signed-in?x", "https://sub.app.example.org/signed-in",
    "com.example.app://signed-in", "com.example.app:signed-in", "com.example.app:/signed-in/", "com.example.app:/other", "COM.example.app:/signed-in", "com.example.app2:/signed-in",
    // What runs or reads in the browser itself.
    "javascript:alert(1)", "javascript://127.0.0.1:49152/callback", "data:text/html,x", "blob:http://127.0.0.1:49152/callback", "file:///callback", "about:blank", "view-source:http://127.0.0.1:49152/callback", "/devices", "", "null",
  ])("not at %j", (redirect_uri) => {
    expect(wrongOf({ ...fields, redirect_uri })).toEqual(["redirect_uri"]);
    // The page that says so leads nowhere.
    expect(appSource(settings, new URL(`http://here/authorize?${new URLSearchParams({ redirect_uri }).toString()}`))).toBeNull();
  });
});

describe("a request", () => {
  test.each([
    ["no address", { redirect_uri: undefined }, "redirect_uri"],
    ["two addresses", { redirect_uri: [fields.redirect_uri, "https://evil.example/"] }, "redirect_uri"],
    ["no challenge", { code_challenge: undefined }, "code_challenge"],
    ["an empty challenge", { code_challenge: "" }, "code_challenge"],
    ["a verifier where its hash belongs", { code_challenge: "x".repeat(44) }, "code_challenge"],
    ["a challenge with padding", { code_challenge: `${fields.code_challenge.slice(0, 42)}=` }, "code_challenge"],
    ["a challenge in plain base64", { code_challenge: `${fields.code_challenge.slice(0, 42)}+` }, "code_challenge"],
    ["two challenges", { code_challenge: [fields.code_challenge, fields.code_challenge] }, "code_challenge"],
    ["a plain challenge", { code_challenge_method: "plain" }, "code_challenge_method"],
    ["no method, which would mean plain", { code_challenge_method: undefined }, "code_challenge_method"],
    ["a method in small letters", { code_challenge_method: "s256" }, "code_challenge_method"],
    ["no state", { state: undefined }, "state"],
    ["an empty state", { state: "" }, "state"],
    ["a state without end", { state: "x".repeat(257) }, "state"],
    ["a state that ends a line", { state: "a\r\nb" }, "state"],
    ["a state beyond ASCII", { state: "é" }, "state"],
    ["a name without end", { device_name: "x".repeat(65) }, "device_name"],
    ["a name that shows backwards", { device_name: "\u202Ephone" }, "device_name"],
    ["a name of nothing", { device_name: "\u200B" }, "device_name"],
    ["facts that no path can carry", { device_name: "\u{1F600}".repeat(64), platform: "\u{1F600}".repeat(64), state: "%".repeat(256) }, "device_name"],
  ])("with %s is unfit", (_, given, parameter) => {
    expect(wrongOf({ ...fields, ...given })).toEqual([parameter]);
  });

  test("is carried through the sign-in as a path of ours, in one spelling, and read from it as it was", () => {
    for (const more of [{}, { device_name: "Zoë’s & “laptop” <b>", platform: "Linux 6.1", app_version: "2.3.1+#?" }, { state: " &=+%#\"'<>" }]) {
      const request = readAuthorizationRequest(settings, { ...fields, ...more, client: "native", unknown: ["x", "y"] });
      if (isFailure(request)) throw new Error(JSON.stringify(request));
      const path = authorizationPath(request);
      expect(nextPath(path)).toBe(path);
      expect(fieldsOf(request)).toEqual({ ...fields, ...more });
      expect(readAuthorizationRequest(settings, Object.fromEntries(new URL(path, "http://here").searchParams))).toEqual(request);
    }
  });

  test("is answered at its address with its state and who answers", () => {
    const request = readAuthorizationRequest(settings, { ...fields, state: "a&iss=b" });
    if (isFailure(request)) throw new Error("unfit");
    const answered = new URL(answerAddress(settings, request, { code: "c" }));
    expect([answered.origin + answered.pathname, Object.fromEntries(answered.searchParams)]).toEqual([fields.redirect_uri, { code: "c", state: "a&iss=b", iss: testSettings.APP_URL }]);
    expect(new URL(answerAddress(settings, request, { error: "access_denied" })).searchParams.get("error")).toBe("access_denied");
  });
});

describe("the policy of its page", () => {
  const sourceOf = (redirect_uri: string, path = "/authorize") => appSource(settings, new URL(`http://here${path}?${new URLSearchParams({ redirect_uri }).toString()}`));

  test("lets the form lead to that one app, and no other page's", () => {
    expect(["http://127.0.0.1:49152/callback", "http://127.0.0.1/callback", "http://[::1]:1/callback", "https://app.example.org/signed-in", "com.example.app:/signed-in"].map((uri) => sourceOf(uri))).toEqual(["http://127.0.0.1:49152", "http://127.0.0.1", "http:", "https://app.example.org", "com.example.app:"]);
    for (const path of ["/authorize/", "/sign-in", "/confirm", "/"]) expect(sourceOf("http://127.0.0.1:49152/callback", path)).toBeNull();
    expect(contentSecurityPolicy("n", settings, ["http://127.0.0.1:49152"])).toContain("form-action 'self' http://127.0.0.1:49152;");
    expect(contentSecurityPolicy("n", settings)).toContain("form-action 'self';");
  });

  test("asks for https on the way everywhere but to this computer", () => {
    const secure = { ...settings, APP_URL: "https://accounts.example.org" };
    const upgrades = (answerer: string | null) => contentSecurityPolicy("n", secure, [answerer]).includes("upgrade-insecure-requests");
    expect([null, "https://app.example.org", "com.example.app:", "http://127.0.0.1:49152", "http:"].map(upgrades)).toEqual([true, true, true, false, false]);
  });
});

describe("NATIVE_REDIRECTS", () => {
  test.each([
    "http://localhost/callback", "http://127.0.0.1:8080/callback", "http://127.0.0.1", "http://app.example.org/callback", "https://app.example.org", "https://app.example.org/x?y", "https://app.example.org/x#y", "https://user@app.example.org/x", "https://APP.example.org/x", "https://app.example.org/a/../b", "https://*.example.org/x", "https://app.example.org:443/x",
    "javascript:/x", "javascript:alert(1)", "data:/x", "file:/x", "myapp:/x", "com.example.app://x", "com.example.app:x", "com.example.app:/x y", "com.example.app:/x;y", "http://127.0.0.1/callback,", "*", "https://app.example.org/é", `https://app.example.org/${"x".repeat(500)}`,
  ])("does not take %s", (value) => {
    expect(() => settingsOf(value)).toThrow("NATIVE_REDIRECTS must be addresses");
  });
});
