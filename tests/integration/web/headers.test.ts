import { beforeAll, describe, expect, test } from "vitest";
import { type AttackedApp, attackedApp, type Victim } from "./attacked-app";

const FORGED = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Latchkey-Client-Address", "X-Originating-IP", "X-Cluster-Client-IP"];

let app: AttackedApp;
let victim: Victim;

/** Where the account was used from, as it is told. */
async function addresses(of: AttackedApp, browser: Victim): Promise<string[]> {
  return JSON.parse((await of.askAs(browser, { path: "/api/auth/ips" })).body).items.map((ip: { address: string }) => ip.address).sort();
}

describe("with no proxy in front", () => {
  beforeAll(async () => {
    app = await attackedApp();
    victim = await app.victim();
  }, 300_000);

  test("the address is the socket's, whatever a client says", async () => {
    const values = ["6.6.6.6", "for=6.6.6.6", "6.6.6.6, 7.7.7.7", "::ffff:6.6.6.6", "\xff", "' or 1=1", ""];
    for (const value of values) expect((await app.askAs(victim, { path: "/api/auth/session", headers: FORGED.map((name): [string, string] => [name, value]) })).status).toBe(200);
    expect(await addresses(app, victim)).toEqual(["127.0.0.1"]);
  });

  test("headers of the inside, made by a client, open nothing", async () => {
    const identity = Buffer.from(JSON.stringify({ identity: { state: "authenticated", user: { id: victim.userId } }, requestId: "x", startedAt: 0 })).toString("base64url");
    const inside: [string, string][] = [
      ...[`${identity}.x`, identity, ".", "x.y.z", ""].map((value): [string, string] => ["X-Latchkey-Identity", value]),
      ["X-Latchkey-Prefetch", "1"], ["X-Middleware-Subrequest", "middleware:middleware:middleware:middleware:middleware"], ["X-Middleware-Subrequest", "src/middleware"], ["X-Middleware-Next", "1"],
      ["X-Middleware-Override-Headers", "x-latchkey-identity"], ["X-Middleware-Request-X-Latchkey-Identity", `${identity}.x`], ["X-Middleware-Rewrite", "/devices"], ["X-Middleware-Invoke", "1"], ["X-Invoke-Path", "/devices"], ["X-Invoke-Status", "500"], ["X-Invoke-Output", "/devices"], ["X-Matched-Path", "/devices"],
      ["X-Rewrite-URL", "/devices"], ["X-Original-URL", "/devices"], ["X-Nextjs-Data", "1"], ["X-Nextjs-Rewritten-Path", "/devices"], ["Next-Url", "/devices"], ["X-Prerender-Revalidate", "x"], ["X-HTTP-Method-Override", "DELETE"], ["Upgrade-Insecure-Requests", "x"],
    ];
    for (const header of inside) {
      expect((await app.ask({ path: "/api/users/me", headers: [header] })).status, header.join()).toBe(401);
      const page = await app.ask({ path: "/devices", headers: [header] });
      expect([page.status, page.headers.get("location")], header.join()).toEqual([307, ["/sign-in?next=%2Fdevices"]]);
    }
  });

  test("a foreign Host changes no link and no redirect", async () => {
    for (const host of ["X-Forwarded-Host", "X-Forwarded-Server", "X-Host"]) {
      const page = await app.ask({ path: "/", headers: [[host, "evil.example"], ["X-Forwarded-Proto", "https"]] });
      expect(page.headers.get("location")?.[0]).toMatch(new RegExp(`^(${app.url})?/devices$`));
      expect((await app.ask({ path: "/sign-in", headers: [[host, "evil.example"]] })).body).not.toContain("evil.example");
    }
  });

  test("what a router, a cache or a proxy says is taken for what it is", async () => {
    const strange: [string, string][] = [
      ...["garbage", "%5B%22%22%2C1", "%5B%22%22%5D", "%zz", "%5B".repeat(2_000), "\xff"].map((value): [string, string] => ["Next-Router-State-Tree", value]),
      ["Next-Router-Prefetch", "9"], ["Next-Router-Segment-Prefetch", "/../../x"], ["Next-Router-Segment-Prefetch", "%zz"], ["Next-HMR-Refresh", "1"], ["Next-Resume", "1"],
      ["Accept-Encoding", "gzip;q=x, \xff"], ["Range", "bytes=5-1"], ["If-None-Match", "*"], ["If-Modified-Since", "x"], ["Accept", "\xff"], ["Authorization", "Bearer x"], ["Authorization", "\xff"], ["Cookie", "=;=\xff"],
    ];
    for (const header of strange) {
      for (const path of ["/sign-in", "/devices"]) {
        await app.askAs(victim, { path, headers: [header] });
        const first = await app.askAs(victim, { path, headers: [["RSC", "1"], header] });
        const location = first.headers.get("location")?.[0];
        if (location) await app.askAs(victim, { path: location.replace(app.url, ""), headers: [["RSC", "1"], header] });
      }
    }
  });

  test("headers above 16 KiB are 431, without a body; 8 kB are fine", async () => {
    for (const size of [17_000, 64_000, 1_000_000]) expect(await app.ask({ path: "/api/auth/session", headers: [["User-Agent", "x".repeat(size)]] })).toMatchObject({ status: 431, body: "" });
    expect((await app.askAs(victim, { path: "/api/auth/session", headers: [["User-Agent", "x".repeat(8_000)]] })).status).toBe(200);
    expect((await app.ask({ path: "/api/auth/session", headers: Array.from({ length: 900 }, (_header, index): [string, string] => [`X-${index}`, "1"]) })).status).toBe(401);
  });

  test("what is no HTTP is 400, and the server lives on", async () => {
    for (const value of ["a\0b", "a\x01", "a\rb", "a\x7f"]) expect((await app.ask({ path: "/api/auth/session", headers: [["User-Agent", value]] })).status, JSON.stringify(value)).toBe(400);
    for (const name of ["Bad Name", "Bad\xff", "", "X\0"]) expect((await app.ask({ path: "/api/auth/session", headers: [[name, "x"]] })).status, name).toBe(400);
    for (const method of ["PROPFIND", "QUERY", "TRACE"]) expect(await app.ask({ method, path: "/api/auth/session" })).toMatchObject({ status: 405, body: expect.stringContaining('"method_not_allowed"') });
    for (const method of ["get", "FOO", "G\0T", "CONNECT", "TRACE", "TRACK"]) expect([400, 405]).toContain((await app.ask({ method, path: "/api/auth/session" })).status);
    expect((await app.askAs(victim, { path: "/api/auth/session" })).status).toBe(200);
  });

  test("each page has a nonce of its own", async () => {
    const nonces = new Set<string | undefined>();
    for (let visit = 0; visit < 5; visit++) nonces.add(/'nonce-([^']+)'/.exec((await app.ask({ path: "/sign-in" })).headers.get("content-security-policy")?.[0] ?? "")?.[1]);
    expect(nonces.size).toBe(5);
  });

  test("whatever is signed in is private and not stored", async () => {
    for (const path of ["/devices", "/activity", "/profile", "/security", "/api/users/me", `/api/users/${victim.userId}`, "/api/auth/session", "/api/auth/devices", "/api/auth/ips", "/api/auth/activity"]) {
      const answer = await app.askAs(victim, { path });
      expect([answer.status, answer.headers.get("cache-control")], path).toEqual([200, ["private, no-store"]]);
    }
    expect((await app.ask({ method: "OPTIONS", path: "/api/auth/signin" })).headers.get("cache-control")).toEqual(["private, no-store"]);
  });
});

describe.each([
  [1, { "9.9.9.9": "9.9.9.9", "6.6.6.6, 9.9.9.9": "9.9.9.9", "6.6.6.6, 8.8.8.8,9.9.9.9": "9.9.9.9", "6.6.6.6, nonsense": "127.0.0.1", "9.9.9.9,": "127.0.0.1", "9.9.9.9, ::ffff:8.8.4.4": "8.8.4.4", "2001:DB8::0:1": "2001:db8::1", "": "127.0.0.1" }],
  [2, { "9.9.9.9": "127.0.0.1", "9.9.9.9, 8.8.8.8": "9.9.9.9", "6.6.6.6, 9.9.9.9, 8.8.8.8": "9.9.9.9", "nonsense, 8.8.8.8": "127.0.0.1", "9.9.9.9, nonsense": "9.9.9.9" }],
])("behind %i trusted proxies", (hops, expected) => {
  test("the client is the nth address of X-Forwarded-For from the right; what is none is the socket's", async () => {
    const behind = await attackedApp({ TRUSTED_PROXY_HOPS: String(hops) });
    for (const [forwarded, address] of Object.entries(expected)) {
      const browser = await behind.victim();
      const others: [string, string][] = [["X-Real-IP", "6.6.6.6"], ["Forwarded", "for=6.6.6.6"]];
      await behind.askAs(browser, { path: "/api/auth/session", headers: [["X-Forwarded-For", forwarded], ...others] });
      expect(await addresses(behind, browser), forwarded).toEqual([...new Set(["127.0.0.1", address])].sort());
    }
  }, 120_000);
});
