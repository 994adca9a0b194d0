import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, refreshTokens, sessions } from "@/db/schema";
import { sha256 } from "@/lib/core/crypto";
import { endSession } from "@/lib/sessions/end-session";
import { refreshSession } from "@/lib/tokens/refresh-session";
import type { Context } from "@/lib/core/context";
import type { TestWorld } from "@/tests/support/context";
import type { Instance } from "@/tests/support/instance";
import { askWith, beginNative } from "@/tests/support/native";
import { makeUser, ownerOf } from "@/tests/support/sessions";
import { openTokenProcesses, refreshed } from "@/tests/support/token-processes";

let world: TestWorld;
let context: Context;
/** Another process on the same servers. */
let other: Instance;

beforeAll(async () => {
  ({ world, context, other } = await openTokenProcesses());
});

/** As if the token had been used `seconds` ago. */
async function usedAgo(token: string, seconds: number) {
  await world.context.db.update(refreshTokens).set({ usedAt: new Date(Date.now() - seconds * 1000) }).where(eq(refreshTokens.hash, sha256(token)));
}

describe("refreshing", () => {
  test("a token is exchanged for another and a fresh access token; only hashes are stored", async () => {
    const native = await beginNative(context, await makeUser(context));
    expect(native.tokens).toMatchObject({ tokenType: "Bearer", expiresIn: 900, refreshExpiresIn: 604_800 });
    const { session, tokens } = await refreshed(context, native.tokens.refreshToken);
    expect(session).toMatchObject({ id: native.session.id, client: "native", current: true });
    expect(tokens.refreshToken).not.toBe(native.tokens.refreshToken);
    expect(tokens.accessToken).not.toBe(native.tokens.accessToken);
    expect(tokens).toMatchObject({ tokenType: "Bearer", expiresIn: 900, refreshExpiresIn: 604_800 });
    expect((await askWith(context, tokens.accessToken)).state).toBe("authenticated");
    const stored = JSON.stringify(await world.context.db.select().from(refreshTokens));
    for (const secret of [native.tokens.refreshToken, tokens.refreshToken]) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(stored).not.toContain(secret);
      expect(stored).toContain(sha256(secret));
    }
  });

  test("a lost answer is asked for again within 10 s, and nothing is lost", async () => {
    const native = await beginNative(context, await makeUser(context));
    const first = await refreshed(context, native.tokens.refreshToken);
    await usedAgo(native.tokens.refreshToken, 9);
    const again = await refreshed(other, native.tokens.refreshToken);
    expect(again.tokens.refreshToken).toBe(first.tokens.refreshToken);
    expect((await refreshed(context, again.tokens.refreshToken)).session.id).toBe(native.session.id);
  });

  test("an answer that was lost in a longer outage is asked for again from the same device and network, for ten minutes", async () => {
    const native = await beginNative(context, await makeUser(context));
    const old = native.tokens.refreshToken;
    const first = await refreshed(context, old);
    const neighbour = { ...context, request: { ...context.request, address: "192.0.2.1" } };
    for (const seconds of [11, 60, 599]) {
      await usedAgo(old, seconds);
      expect((await refreshed(neighbour, old)).tokens.refreshToken, `${seconds} s`).toBe(first.tokens.refreshToken);
    }
    expect((await refreshed(context, first.tokens.refreshToken)).session.id, "one line, never a fork").toBe(native.session.id);
    await usedAgo(old, 11);
    expect(await refreshSession(context, old), "its successor has been used").toEqual({ failure: "token_reused" });
  });

  test.each([
    ["after ten minutes", 600.1, {}],
    ["from another network", 11, { address: "198.51.100.66" }],
    ["from another device", 11, { userAgent: "curl/8" }],
    ["from nowhere", 11, { address: null }],
  ])("%s it is a theft as ever", async (_when, seconds, request) => {
    const native = await beginNative(context, await makeUser(context));
    await refreshed(context, native.tokens.refreshToken);
    await usedAgo(native.tokens.refreshToken, seconds);
    expect(await refreshSession({ ...context, request: { ...context.request, ...request } }, native.tokens.refreshToken)).toEqual({ failure: "token_reused" });
  });

  test("slides the session like any other use", async () => {
    const native = await beginNative(context, await makeUser(context));
    const key = `session:{${native.user.id}}:${native.session.id}`;
    await world.redis.command("PEXPIRE", key, "100000");
    await refreshed(context, native.tokens.refreshToken);
    expect(Number(await world.redis.command("TTL", key))).toBeGreaterThan(604_000);
  });

  test("what is no token of ours, has expired, or whose session has ended: unauthenticated", async () => {
    for (const token of ["", "x", "a".repeat(43), "é".repeat(43), native43("\0")]) expect(await refreshSession(context, token)).toEqual({ failure: "unauthenticated" });
    const expired = await beginNative(context, await makeUser(context));
    await context.db.update(refreshTokens).set({ expiresAt: new Date(Date.now() - 1) }).where(eq(refreshTokens.sessionId, expired.session.id));
    expect(await refreshSession(context, expired.tokens.refreshToken)).toEqual({ failure: "unauthenticated" });
    expect((await askWith(context, expired.tokens.accessToken)).state, "the session itself goes on").toBe("authenticated");
    const ended = await beginNative(context, await makeUser(context));
    await endSession(ownerOf(context, ended), ended.session.id);
    expect(await refreshSession(context, ended.tokens.refreshToken)).toMatchObject({ failure: "unauthenticated" });
    expect((await askWith(context, ended.tokens.accessToken)).state).toBe("anonymous");
  });

  test("an instance that lacks the key of a successor says so, and throws nobody out", async () => {
    const rotated = { ...context, settings: { ...context.settings, SESSION_SECRETS: [{ id: 9, secret: "another-secret-another-secret-another" }, ...context.settings.SESSION_SECRETS] } };
    const native = await beginNative(context, await makeUser(context));
    const first = await refreshed(rotated, native.tokens.refreshToken);
    expect(await refreshSession(context, native.tokens.refreshToken)).toEqual({ failure: "unavailable" });
    expect((await refreshed(rotated, native.tokens.refreshToken)).tokens.refreshToken).toBe(first.tokens.refreshToken);
    expect((await refreshed(context, first.tokens.refreshToken)).session.id).toBe(native.session.id);
  });
});

function native43(fill: string) {
  return `${"a".repeat(42)}${fill}`;
}

describe("a token that was used before", () => {
  const reuseEvents = (sessionId: string) => context.db.select().from(events).where(eq(events.sessionId, sessionId)).then((rows) => rows.filter(({ type }) => type === "token.reuse_detected"));

  test.each(["older than its successor's use", "after 10 s"])("%s: the whole family is dead, and it is recorded once", async (how) => {
    const native = await beginNative(context, await makeUser(context));
    const old = native.tokens.refreshToken;
    const second = await refreshed(context, old);
    const last = how === "after 10 s" ? second : await refreshed(context, second.tokens.refreshToken);
    if (how === "after 10 s") await usedAgo(old, 10.1);
    const thief = { ...context, request: { ...context.request, address: "198.51.100.66" } };
    const first = await refreshSession(thief, old);
    const answers = [first, ...(await Promise.all([refreshSession(thief, old), other.refresh(old)]))];
    expect(answers).toEqual(answers.map(() => ({ failure: "token_reused" })));
    expect(await refreshSession(context, last.tokens.refreshToken)).toMatchObject({ failure: "unauthenticated" });
    for (const { accessToken } of [native.tokens, second.tokens, last.tokens]) {
      expect(await other.askWith(accessToken)).toEqual({ state: "anonymous", ended: { reason: "token_reused" } });
    }
    const [row] = await context.db.select().from(sessions).where(eq(sessions.id, native.session.id));
    expect(row).toMatchObject({ endReason: "token_reused" });
    expect(await reuseEvents(native.session.id)).toMatchObject([{ userId: native.user.id, actor: "system", deviceId: native.session.device.id }]);
    expect(await refreshSession(context, old), "again and again").toEqual({ failure: "token_reused" });
  });

  test("of a session that had ended by itself is nothing more to record", async () => {
    const native = await beginNative(context, await makeUser(context));
    await refreshed(context, native.tokens.refreshToken);
    await endSession(ownerOf(context, native), native.session.id);
    await usedAgo(native.tokens.refreshToken, 60);
    expect(await refreshSession(context, native.tokens.refreshToken)).toEqual({ failure: "unauthenticated" });
    expect(await reuseEvents(native.session.id)).toEqual([]);
  });

});

