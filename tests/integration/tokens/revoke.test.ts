import { eq } from "drizzle-orm";
import { createClient } from "redis";
import { beforeAll, describe, expect, test } from "vitest";
import { revokedTokens, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { userChannel } from "@/lib/notifications/channel";
import type { Connection } from "@/lib/platform/redis/redis";
import { dropPastTokens } from "@/lib/sessions/ledger/drop-past-tokens";
import type { Keeper } from "@/lib/sessions/ledger/keep";
import { refreshSession } from "@/lib/tokens/refresh-session";
import { revokeToken } from "@/lib/tokens/revoke-token";
import { signAccessToken } from "@/lib/tokens/sign-access-token";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { startInstance } from "@/tests/support/instance";
import { askWith, beginNative, type Native } from "@/tests/support/native";
import { makeUser, trust, visitorOf } from "@/tests/support/sessions";

let world: TestWorld;
let context: Context;
let keeper: Keeper;

beforeAll(async () => {
  world = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "100" });
  context = visitorOf(world.context);
  keeper = await trust(world.context);
});

const claims = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
const keyOf = (native: Native) => `revoked:{${native.user.id}}:${claims(native.tokens.accessToken).jti}`;

/** Another token of the same session, as a refresh gives one. */
async function anotherToken(native: Native): Promise<string> {
  const answer = await refreshSession(context, native.tokens.refreshToken);
  if (isFailure(answer)) throw new Error(answer.failure);
  return answer.tokens.accessToken;
}

describe("revoking an access token", () => {
  test("shuts out that token alone, on every instance, until it ends by itself", async () => {
    const native = await beginNative(context, await makeUser(context));
    const other = await anotherToken(native);
    const elsewhere = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url });
    await elsewhere.trust();
    expect((await elsewhere.askWith(native.tokens.accessToken)).state).toBe("authenticated");
    expect(await revokeToken(context, native.tokens.accessToken)).toBeUndefined();
    expect(await revokeToken(context, native.tokens.accessToken), "again").toBeUndefined();
    for (const ask of [(token: string) => askWith(context, token), (token: string) => elsewhere.askWith(token)]) {
      expect(await ask(native.tokens.accessToken)).toEqual({ state: "anonymous", ended: null });
      expect((await ask(other)).state).toBe("authenticated");
    }
    const life = Number(await world.redis.command("TTL", keyOf(native)));
    expect(life).toBeGreaterThan(890);
    expect(life).toBeLessThanOrEqual(906);
  });

  test("what is no token, has expired or is of a session that is gone needs nothing", async () => {
    const native = await beginNative(context, await makeUser(context));
    const session = { id: native.session.id, userId: native.user.id, ttlSeconds: 60, absoluteExpiresAt: new Date(Date.now() + 60_000) };
    const { accessToken: expired } = await signAccessToken({ ...context, clock: { now: () => Date.now() - 3_600_000 } }, session);
    const { accessToken: foreign } = await signAccessToken(context, { ...session, id: native.user.id });
    const before = await context.db.select().from(revokedTokens);
    for (const token of ["", "x", "a.b.c", "a".repeat(43), "é".repeat(4000), "{}", expired, foreign]) expect(await revokeToken(context, token)).toBeUndefined();
    expect(await context.db.select().from(revokedTokens)).toEqual(before);
  });

  test("holds in a Redis that was emptied, restarted, or restored from before", async () => {
    const native = await beginNative(context, await makeUser(context));
    const other = await anotherToken(native);
    const before = await world.redis.snapshot();
    expect(await revokeToken(context, native.tokens.accessToken)).toBeUndefined();
    async function expectShut() {
      await expect.poll(async () => (await askWith(context, other)).state, { timeout: 15_000 }).toBe("authenticated");
      expect((await askWith(context, native.tokens.accessToken)).state).toBe("anonymous");
      expect((await askWith(context, other)).state).toBe("authenticated");
      await expect.poll(() => world.redis.command("EXISTS", keyOf(native)).catch(() => 0), { timeout: 10_000 }).toBe(1);
    }
    await world.redis.command("FLUSHALL");
    await expectShut();
    for (const snapshot of [null, before]) {
      await world.redis.kill();
      expect((await askWith(context, native.tokens.accessToken)).state, "and while it is down").toBe("anonymous");
      await world.redis.start(snapshot);
      await expectShut();
    }
  });

  test("while Redis is down: written down, 503; PostgreSQL shuts it out at once, Redis when it is back", async () => {
    const native = await beginNative(context, await makeUser(context));
    const other = await anotherToken(native);
    world.redis.freeze();
    await askWith(context, other);
    expect(await revokeToken(context, native.tokens.accessToken)).toMatchObject({ failure: "unavailable" });
    expect((await askWith(context, native.tokens.accessToken)).state).toBe("anonymous");
    expect((await askWith(context, other)).state).toBe("authenticated");
    world.redis.thaw();
    await expect.poll(() => world.redis.command("EXISTS", keyOf(native)), { timeout: 10_000 }).toBe(1);
    await expect.poll(() => revokeToken(context, native.tokens.accessToken), { timeout: 10_000 }).toBeUndefined();
    expect((await askWith(context, native.tokens.accessToken)).state).toBe("anonymous");
  });

  test("is told to the token's streams once, by whoever tells Redis: by replay, or an admission, when the revocation was not acknowledged", async () => {
    const elsewhere = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url });
    await elsewhere.trust();
    await elsewhere.letGo();
    const listener = createClient({ url: world.redis.url, RESP: 2 });
    await listener.connect();
    for (const by of ["replay", "admission"]) {
      keeper.stop();
      const native = await beginNative(context, await makeUser(context));
      const other = await anotherToken(native);
      const heard: unknown[] = [];
      await listener.subscribe(userChannel(native.user.id), (message) => heard.push(JSON.parse(message)));
      const connection = context.redis.connection as Connection;
      await context.redis.askOn(connection, () => Promise.reject(new Error("cut off"))).catch(() => {});
      expect(await revokeToken(context, native.tokens.accessToken)).toMatchObject({ failure: "unavailable" });
      expect(heard).toEqual([]);
      if (by === "admission") {
        await world.redis.command("DEL", `session:{${native.user.id}}:${native.session.id}`);
        expect((await elsewhere.askWith(other)).state).toBe("authenticated");
      } else {
        keeper = await trust(world.context);
      }
      const told = { type: "token.revoked", tokenId: claims(native.tokens.accessToken).jti };
      await expect.poll(() => heard, { timeout: 5_000 }).toEqual([told]);
      if (by === "admission") keeper = await trust(world.context);
      expect(await revokeToken(context, native.tokens.accessToken)).toBeUndefined();
      await keeper.once();
      expect(heard, "once").toEqual([told]);
    }
    listener.destroy();
  });

  test("is forgotten a day after the token's own end", async () => {
    const [first, second] = [await beginNative(context, await makeUser(context)), await beginNative(context, await makeUser(context))];
    for (const { tokens } of [first, second]) await revokeToken(context, tokens.accessToken);
    const of = (native: Native) => context.db.select().from(revokedTokens).where(eq(revokedTokens.sessionId, native.session.id));
    await context.db.update(revokedTokens).set({ expiresAt: new Date(Date.now() - 86_500_000) }).where(eq(revokedTokens.sessionId, first.session.id));
    await dropPastTokens(context);
    expect([(await of(first)).length, (await of(second)).length]).toEqual([0, 1]);
  });
});

test("revoking a refresh token ends its session, whichever of the line it is", async () => {
  for (const which of ["last", "used"]) {
    const native = await beginNative(context, await makeUser(context));
    const answer = await refreshSession(context, native.tokens.refreshToken);
    if (isFailure(answer)) throw new Error(answer.failure);
    expect(await revokeToken(context, which === "last" ? answer.tokens.refreshToken : native.tokens.refreshToken)).toBeUndefined();
    expect(await askWith(context, answer.tokens.accessToken)).toEqual({ state: "anonymous", ended: { reason: "signed_out" } });
    expect(await refreshSession(context, answer.tokens.refreshToken)).toMatchObject({ failure: "unauthenticated" });
    const [row] = await context.db.select().from(sessions).where(eq(sessions.id, native.session.id));
    expect(row?.endReason).toBe("signed_out");
  }
});
