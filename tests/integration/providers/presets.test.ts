import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { beginAuthorization } from "@/lib/providers/begin-authorization";
import { authorizationSources, fixedMetadata } from "@/lib/providers/known-metadata";
import { type BadProvider, startBadProvider, without } from "@/tests/support/bad-provider";
import { openTestWorld } from "@/tests/support/context";
import { houseWith, roundTrip, sendThere } from "./round-trip";

/** Each preset against a server of ours that answers as that one does, over HTTP. */

let base: Context;

beforeAll(async () => {
  base = (await openTestWorld({ HASH_THREADS: "1" })).context;
});

const refused = { failure: "invalid_credentials" };

describe("Google", () => {
  let google: BadProvider;
  let house: Context;
  beforeAll(async () => {
    google = await startBadProvider();
    house = houseWith(base, { name: "google", preset: "google", issuer: google.issuer, provesAfresh: false });
  });
  afterEach(() => google.reset());

  test.each([
    [{ email: "jane@gmail.com" }, true],
    [{ email: "Jane@GMAIL.com" }, true],
    [{ email: "jane@example.com" }, false],
    [{ email: "jane@example.com", hd: "example.com" }, true],
    [{ email: "jane@example.com", hd: "" }, false],
    [{ email: "jane@gmail.com.example.com" }, false],
    [{ email: "jane@gmail.com", email_verified: false }, false],
    [{ email: "jane@example.com", hd: "example.com", email_verified: "true" }, false],
  ])("of %j the address is trusted: %j", async (claims, emailTrusted) => {
    google.claims = (usual) => ({ ...usual, ...claims });
    expect(await roundTrip(house, google, { name: "google" })).toMatchObject({ identity: { email: claims.email, emailTrusted } });
  });

  test("is no way to prove once more who one is, as it does not say when they signed in", async () => {
    expect(await beginAuthorization(house, { name: "google", purpose: "prove", holder: "session", next: null, remember: false })).toMatchObject({ failure: "not_found" });
  });
});

describe("Microsoft, with many tenants", () => {
  const [TID, OTHER, OID] = ["72f988bf-86f1-41af-91ab-2d7cd011db47", "9188040d-6c67-4c5b-b112-36a304b66dad", "00000000-0000-0000-66f3-3332eca7ea81"];
  let microsoft: BadProvider;
  let house: Context;
  let origin: string;
  beforeAll(async () => {
    microsoft = await startBadProvider({ path: "/common/v2.0" });
    origin = new URL(microsoft.issuer).origin;
    house = houseWith(base, { name: "microsoft", preset: "microsoft", issuer: microsoft.issuer, trustEmail: false, provesAfresh: false });
  });
  afterEach(() => {
    microsoft.reset();
    microsoft.metadata = (usual) => ({ ...usual, issuer: `${origin}/{tenantid}/v2.0` });
  });
  beforeAll(() => {
    microsoft.metadata = (usual) => ({ ...usual, issuer: `${origin}/{tenantid}/v2.0` });
  });
  const of = (tid: string, more: object = {}) => (usual: object) => ({ ...usual, iss: `${origin}/${tid}/v2.0`, tid, oid: OID, ...more });

  test("somebody is an account of a tenant, and an address is never trusted", async () => {
    microsoft.claims = of(TID, { email: "jane@example.com", email_verified: true, xms_edov: true });
    expect(await roundTrip(house, microsoft, { name: "microsoft" })).toMatchObject({ identity: { subject: `${TID}.${OID}`, email: "jane@example.com", emailTrusted: false } });
    expect(microsoft.asked.filter((asked) => asked === "POST /token"), "the code is redeemed once").toHaveLength(1);
    microsoft.claims = of(OTHER);
    expect(await roundTrip(house, microsoft, { name: "microsoft" })).toMatchObject({ identity: { subject: `${OTHER}.${OID}` } });
  });

  test("a tenant that speaks for another is refused, and so is one that is none", async () => {
    const swaps = [{ iss: `${origin}/${OTHER}/v2.0` }, { tid: OTHER }, { tid: "common", iss: `${origin}/common/v2.0` }, { tid: undefined }, { oid: undefined }, { oid: "admin" }, { tid: `${TID}/../${OTHER}` }, { iss: `${origin}/{tenantid}/v2.0`, tid: "{tenantid}" }];
    for (const swap of swaps) {
      microsoft.claims = of(TID, swap);
      expect(await roundTrip(house, microsoft, { name: "microsoft" }), JSON.stringify(swap)).toMatchObject(refused);
    }
  });

  test("its tokens are verified like any other", async () => {
    microsoft.claims = of(TID, { nonce: "another" });
    expect(await roundTrip(house, microsoft, { name: "microsoft" })).toMatchObject(refused);
    microsoft.claims = of(TID, { aud: "another" });
    expect(await roundTrip(house, microsoft, { name: "microsoft" })).toMatchObject(refused);
    microsoft.claims = of(TID);
    microsoft.sign = async (claims) => `${(await microsoft.token(claims)).slice(0, -8)}AAAAAAAA`;
    expect(await roundTrip(house, microsoft, { name: "microsoft" })).toMatchObject(refused);
  });
});

describe("GitHub", () => {
  let github: BadProvider;
  let house: Context;
  beforeAll(async () => {
    github = await startBadProvider();
    github.tokens = (usual) => without(usual, "id_token");
    house = houseWith(base, { name: "github", preset: "github", issuer: github.issuer, label: "GitHub", provesAfresh: false });
  });
  function says(emails: unknown, user: unknown = { id: 583231, login: "octocat", name: "The Octocat", avatar_url: "https://avatars.example/u/583231" }) {
    github.api.set("/api/v3/user", user);
    github.api.set("/api/v3/user/emails", emails);
    return roundTrip(house, github, { name: "github" });
  }
  const address = (email: string, primary: boolean, verified: boolean) => ({ email, primary, verified, visibility: null });

  test("is asked by OAuth 2.0 with PKCE for no more than who somebody is", async () => {
    const { url } = await sendThere(house, "github");
    expect(url.href.startsWith(`${github.issuer}/login/oauth/authorize?`)).toBe(true);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ scope: "read:user user:email", code_challenge_method: "S256", state: expect.any(String) });
    expect(url.searchParams.has("nonce")).toBe(false);
  });

  test("somebody is the number of their account, and their primary address counts if it is verified", async () => {
    expect(await says([address("other@example.com", false, true), address("octo@example.com", true, true)])).toMatchObject({
      identity: { subject: "583231", email: "octo@example.com", emailTrusted: true, name: "The Octocat", picture: "https://avatars.example/u/583231", sid: null, authenticatedAt: null },
    });
    expect(await says([address("other@example.com", false, true), address("octo@example.com", true, false)])).toMatchObject({ identity: { email: "octo@example.com", emailTrusted: false } });
    expect(await says([address("other@example.com", false, true)])).toMatchObject({ identity: { email: null, emailTrusted: false } });
    expect(await says([], { id: 1, login: "octocat", name: null })).toMatchObject({ identity: { subject: "1", name: "octocat", email: null } });
  });

  test("what is no account is nobody", async () => {
    for (const user of [{}, { id: "583231" }, { id: 0 }, { id: 1.5 }, null, [], "x"]) expect(await says([], user)).toMatchObject(refused);
    expect(await says({ message: "Not Found" })).toMatchObject(refused);
    github.tokens = () => ({ error: "bad_verification_code", error_description: "<script>" });
    expect(await says([])).toMatchObject(refused);
  });
});

describe("Facebook", () => {
  test("somebody is an id of this app alone, and an address is never trusted", async () => {
    const facebook = await startBadProvider();
    facebook.tokens = (usual) => without(usual, "id_token");
    const house = houseWith(base, { name: "facebook", preset: "facebook", issuer: facebook.issuer, label: "Facebook", trustEmail: false, provesAfresh: false });
    facebook.api.set("/v23.0/me", { id: "10150146", name: "Jane Doe", email: "jane@example.com", picture: { data: { url: "https://pictures.example/jane.jpg", is_silhouette: false } } });
    expect(await roundTrip(house, facebook, { name: "facebook" })).toMatchObject({ identity: { subject: "10150146", email: "jane@example.com", emailTrusted: false, name: "Jane Doe", picture: "https://pictures.example/jane.jpg" } });
    facebook.api.set("/v23.0/me", { id: "10150146", picture: { data: { url: "https://pictures.example/none.jpg", is_silhouette: true } } });
    expect(await roundTrip(house, facebook, { name: "facebook" })).toMatchObject({ identity: { email: null, name: null, picture: null } });
    facebook.api.set("/v23.0/me", { error: { message: "expired" } });
    expect(await roundTrip(house, facebook, { name: "facebook" })).toMatchObject(refused);
  });
});

test("where the real ones are asked", () => {
  const at = (preset: "github" | "facebook", issuer: string) => fixedMetadata({ preset, issuer } as never);
  expect(at("github", "https://github.com")).toEqual({ issuer: "https://github.com/login/oauth", authorization_endpoint: "https://github.com/login/oauth/authorize", token_endpoint: "https://github.com/login/oauth/access_token", api: "https://api.github.com" });
  expect(at("facebook", "https://www.facebook.com")).toEqual({ issuer: "https://www.facebook.com", authorization_endpoint: "https://www.facebook.com/v23.0/dialog/oauth", token_endpoint: "https://graph.facebook.com/v23.0/oauth/access_token", api: "https://graph.facebook.com/v23.0" });
  expect(authorizationSources([{ preset: "github", issuer: "https://github.com" }, { preset: "facebook", issuer: "https://www.facebook.com" }] as never)).toEqual(["https://github.com", "https://www.facebook.com"]);
});

describe("who links is asked which account is meant, for somebody else may be signed in there", () => {
  async function promptOf(house: Context, name: string, purpose: "link" | "sign_in" = "link"): Promise<string | null> {
    const begun = await beginAuthorization(house, { name, purpose, holder: "whoever asks", next: null, remember: false });
    if (isFailure(begun)) throw new Error(begun.failure);
    return new URL(begun.url).searchParams.get("prompt");
  }

  test.each([["google", "select_account"], ["microsoft", "select_account"], ["github", "select_account"], ["facebook", null]] as const)("at %s", async (name, prompt) => {
    const server = await startBadProvider();
    const house = houseWith(base, { name, preset: name, issuer: server.issuer, provesAfresh: false });
    expect([await promptOf(house, name), await promptOf(house, name, "sign_in")]).toEqual([prompt, null]);
  });

  test.each([[undefined, null], [["none", "login"], null], [["login", "select_account"], "select_account"], ["select_account", null]])("at one that publishes %j", async (published, prompt) => {
    const server = await startBadProvider();
    server.metadata = (usual) => ({ ...usual, ...(published && { prompt_values_supported: published }) });
    const house = houseWith(base, { name: "acme", issuer: server.issuer });
    expect([await promptOf(house, "acme"), await promptOf(house, "acme", "sign_in")]).toEqual([prompt, null]);
  });
});
