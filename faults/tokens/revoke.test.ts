import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { revokeToken } from "@/lib/tokens/revoke-token";
import { signAccessToken } from "@/lib/tokens/sign-access-token";
import type { TestWorld } from "@/tests/support/context";
import type { Instance } from "@/tests/support/instance";
import { askWith, beginNative, type Native } from "@/tests/support/native";
import { rounds } from "@/tests/support/rounds";
import { makeUser } from "@/tests/support/sessions";
import { openTokenProcesses } from "@/tests/support/token-processes";

let world: TestWorld;
let context: Context;
/** Another process on the same servers. */
let other: Instance;

beforeAll(async () => {
  ({ world, context, other } = await openTokenProcesses());
});

/** Another token of the same session. */
async function anotherToken({ user, session }: Native): Promise<string> {
  const of = { id: session.id, userId: user.id, ttlSeconds: 604_800, absoluteExpiresAt: new Date(session.absoluteExpiresAt) };
  return (await signAccessToken(context, of)).accessToken;
}

test("a record that is admitted again brings the revoked tokens along: none is let in between a loss and its replay", async () => {
  for (let round = 0; round < rounds(200); round++) {
    const native = await beginNative(context, await makeUser(context));
    const good = await anotherToken(native);
    const { jti } = JSON.parse(Buffer.from(native.tokens.accessToken.split(".")[1] ?? "", "base64url").toString()) as { jti: string };
    const keys = [`revoked:{${native.user.id}}:${jti}`, `session:{${native.user.id}}:${native.session.id}`] as const;
    expect(await revokeToken(context, native.tokens.accessToken)).toBeUndefined();
    await world.redis.command("DEL", ...keys);
    const [open, shut] = await Promise.all([other.askWith(good), askWith(context, native.tokens.accessToken)]);
    expect([open.state, shut.state]).toEqual(["authenticated", "anonymous"]);
    expect(await world.redis.command("EXISTS", ...keys)).toBe(2);
  }
});

test("once a revocation has resolved, no use that begins after it is let in, however Redis is emptied meanwhile; the session goes on", async () => {
  let before = 0;
  for (let round = 0; round < rounds(200); round++) {
    const native = await beginNative(context, await makeUser(context));
    const good = await anotherToken(native);
    let revoked = Number.POSITIVE_INFINITY;
    let stopped = false;
    let after = 0;
    async function keepUsing(ask: (token: string) => Promise<{ state: string }>) {
      while (!stopped) {
        const began = performance.now();
        const { state } = await ask(native.tokens.accessToken);
        if (state === "authenticated" && began > revoked) after++;
        if (state === "authenticated") before++;
        await ask(good);
      }
    }
    const uses = [keepUsing((token) => askWith(context, token)), keepUsing((token) => askWith(context, token)), keepUsing((token) => other.askWith(token))];
    await sleep(Math.random() * 25);
    const flush = sleep(Math.random() * 15).then(() => (round % 2 ? world.redis.command("FLUSHALL") : null));
    await tryUntilRevoked(native.tokens.accessToken);
    revoked = performance.now();
    await flush;
    if (round % 3 === 0) await world.redis.command("FLUSHALL");
    await sleep(25);
    stopped = true;
    await Promise.all(uses);
    expect(after).toBe(0);
    for (const ask of [(token: string) => askWith(context, token), (token: string) => other.askWith(token)]) await expect.poll(async () => (await ask(good)).state, { timeout: 10_000 }).toBe("authenticated");
  }
  expect(before, "the uses did race").toBeGreaterThan(rounds(200));
});

/** A Redis that was just emptied is not trusted: 503, and whoever is told so tries again. */
async function tryUntilRevoked(token: string): Promise<void> {
  for (;;) {
    const outcome = await revokeToken(context, token).catch((error: unknown) => {
      if (!isOutage(error)) throw error;
      return { failure: "unavailable" as const };
    });
    if (!isFailure(outcome)) return;
    await sleep(20);
  }
}

test("20 revocations of one token at once are one", async () => {
  const native = await beginNative(context, await makeUser(context));
  expect(await Promise.all(Array.from({ length: 20 }, () => revokeToken(context, native.tokens.accessToken)))).toEqual(Array.from({ length: 20 }, () => undefined));
  expect((await other.askWith(native.tokens.accessToken)).state).toBe("anonymous");
});
