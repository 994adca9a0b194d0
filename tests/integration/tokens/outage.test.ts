import { expect, test } from "vitest";
import { isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { authenticate } from "@/lib/sessions/authenticate";
import { refreshSession } from "@/lib/tokens/refresh-session";
import { revokeToken } from "@/lib/tokens/revoke-token";
import { signAccessToken } from "@/lib/tokens/sign-access-token";
import { openTestWorld } from "@/tests/support/context";
import { askWith, beginNative } from "@/tests/support/native";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";
import { startTestPostgres } from "@/tests/support/test-postgres";

/** What a call came to: its failure, that something outside did not answer, or nothing wrong. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    (result) => (isFailure(result) ? result.failure : "done"),
    (error: unknown) => (isOutage(error) ? "outage" : Promise.reject(error as Error)),
  );
}

test("while PostgreSQL is down access tokens go on; refreshing and revoking say that they cannot, and nobody is signed out", async () => {
  const postgres = await startTestPostgres();
  const world = await openTestWorld({ DATABASE_URL: postgres.url });
  const context = visitorOf(world.context);
  await trust(world.context);
  const native = await beginNative(context, await makeUser(context));
  expect((await askWith(context, native.tokens.accessToken)).state).toBe("authenticated");
  await postgres.kill();
  for (let use = 0; use < 5; use++) expect((await askWith(context, native.tokens.accessToken)).state).toBe("authenticated");
  expect(await outcomeOf(refreshSession(context, native.tokens.refreshToken))).toBe("outage");
  expect(await outcomeOf(revokeToken(context, native.tokens.accessToken))).toBe("outage");
  await postgres.start();
  await expect.poll(() => outcomeOf(refreshSession(context, native.tokens.refreshToken)), { timeout: 15_000 }).toBe("done");
  expect((await askWith(context, native.tokens.accessToken)).state).toBe("authenticated");
});

test("while Redis is down a native client works and refreshes from PostgreSQL; a reused token ends its session, acknowledged when Redis is back", async () => {
  const world = await openTestWorld();
  const context = visitorOf(world.context);
  await trust(world.context);
  const native = await beginNative(context, await makeUser(context));
  await world.redis.kill();
  expect((await askWith(context, native.tokens.accessToken)).state).toBe("authenticated");
  const second = await refreshSession(context, native.tokens.refreshToken);
  if (isFailure(second)) throw new Error(second.failure);
  const third = await refreshSession(context, second.tokens.refreshToken);
  if (isFailure(third)) throw new Error(third.failure);
  expect(await refreshSession(context, native.tokens.refreshToken)).toMatchObject({ failure: "unavailable" });
  for (const { accessToken } of [native.tokens, third.tokens]) expect((await askWith(context, accessToken)).state).toBe("anonymous");
  expect(await refreshSession(context, third.tokens.refreshToken)).toMatchObject({ failure: "unauthenticated" });
  await world.redis.start();
  await expect.poll(() => outcomeOf(refreshSession(context, native.tokens.refreshToken)), { timeout: 15_000 }).toBe("token_reused");
  expect(await askWith(context, third.tokens.accessToken)).toEqual({ state: "anonymous", ended: { reason: "token_reused" } });
});

test("a token that our key signed for a browser's session opens nothing, with Redis and without", async () => {
  const world = await openTestWorld();
  const context = visitorOf(world.context);
  const { credential } = await begin(context, await makeUser(context));
  const forged = { id: credential.s, userId: credential.u, ttlSeconds: credential.t, absoluteExpiresAt: new Date(credential.a) };
  const { accessToken } = await signAccessToken(context, forged);
  expect(await askWith(context, accessToken)).toEqual({ state: "anonymous", ended: null });
  await trust(world.context);
  expect(await askWith(context, accessToken), "not in Redis yet").toEqual({ state: "anonymous", ended: null });
  expect((await authenticate(context, credential, { use: true })).state).toBe("authenticated");
  expect(await askWith(context, accessToken)).toEqual({ state: "anonymous", ended: null });
});

test("a native session that begins while Redis is down is a session like any other", async () => {
  const world = await openTestWorld();
  const context = visitorOf(world.context);
  const native = await beginNative(context, await makeUser(context), { name: "Phone" });
  expect((await askWith(context, native.tokens.accessToken)).state).toBe("authenticated");
  await trust(world.context);
  const identity = await askWith(context, native.tokens.accessToken);
  expect(identity).toMatchObject({ state: "authenticated", session: { id: native.session.id, client: "native", device: { name: "Phone", kind: "app" } } });
});
