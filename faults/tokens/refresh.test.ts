import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { refreshTokens, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { endSession } from "@/lib/sessions/end-session";
import { refreshSession } from "@/lib/tokens/refresh-session";
import type { Instance } from "@/tests/support/instance";
import { askWith, beginNative } from "@/tests/support/native";
import { rounds } from "@/tests/support/rounds";
import { makeUser, ownerOf } from "@/tests/support/sessions";
import { openTokenProcesses, refreshed, type TokenProcesses } from "@/tests/support/token-processes";

let context: Context;
/** Another process on the same servers. */
let other: Instance;
let startOther: TokenProcesses["startOther"];

beforeAll(async () => {
  ({ context, other, startOther } = await openTokenProcesses());
});

test("20 at once, in two processes: one successor, never a fork", async () => {
  for (let round = 0; round < rounds(50); round++) {
    const native = await beginNative(context, await makeUser(context));
    let token = native.tokens.refreshToken;
    for (let step = 1; step <= 3; step++) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => refreshed(index % 2 ? other : context, token)));
      expect(new Set(answers.map(({ tokens }) => tokens.refreshToken)).size).toBe(1);
      expect(new Set(answers.map(({ tokens }) => tokens.accessToken)).size).toBe(20);
      for (const { tokens } of answers.slice(0, 3)) expect((await askWith(context, tokens.accessToken)).state).toBe("authenticated");
      const line = await context.db.select().from(refreshTokens).where(eq(refreshTokens.sessionId, native.session.id));
      expect(line).toHaveLength(step + 1);
      expect(line.filter(({ usedAt }) => usedAt === null)).toHaveLength(1);
      token = answers[0]?.tokens.refreshToken as string;
    }
  }
});

test("in a race of the thief with its owner there is one line or none", async () => {
  for (let round = 0; round < rounds(50); round++) {
    const native = await beginNative(context, await makeUser(context));
    const { tokens } = await refreshed(context, native.tokens.refreshToken);
    const answers = await Promise.all([refreshSession(context, native.tokens.refreshToken), other.refresh(tokens.refreshToken), other.refresh(native.tokens.refreshToken)]);
    const line = await context.db.select().from(refreshTokens).where(eq(refreshTokens.sessionId, native.session.id));
    expect(line.filter(({ usedAt }) => usedAt === null)).toHaveLength(1);
    const [row] = await context.db.select().from(sessions).where(eq(sessions.id, native.session.id));
    const reused = answers.some((answer) => isFailure(answer) && answer.failure === "token_reused");
    expect(row?.endReason ?? null).toBe(reused ? "token_reused" : null);
    expect((await askWith(context, tokens.accessToken)).state).toBe(reused ? "anonymous" : "authenticated");
  }
});

test("ending against refreshing: once the end has resolved, no refresh that begins after it is answered", async () => {
  for (let round = 0; round < rounds(100); round++) {
    const native = await beginNative(context, await makeUser(context));
    let ended = Number.POSITIVE_INFINITY;
    let stopped = false;
    let after = 0;
    async function keepRefreshing(on: Context | Instance) {
      let token = native.tokens.refreshToken;
      while (!stopped) {
        const began = performance.now();
        const answer = await ("pid" in on ? on.refresh(token) : refreshSession(on, token));
        if (isFailure(answer)) continue;
        if (began > ended) after++;
        token = answer.tokens.refreshToken;
      }
    }
    const lines = [keepRefreshing(other), keepRefreshing(context)];
    await sleep(Math.random() * 40);
    const outcome = await endSession(ownerOf(context, native), native.session.id);
    ended = performance.now();
    expect(isFailure(outcome)).toBe(false);
    await sleep(30);
    stopped = true;
    await Promise.all(lines);
    expect(after).toBe(0);
    expect(await other.askWith(native.tokens.accessToken)).toMatchObject({ state: "anonymous" });
  }
});

test("killed at any step of a refresh: who asks again goes on in the same line", async () => {
  const native = await beginNative(context, await makeUser(context));
  let token = native.tokens.refreshToken;
  let died = 0;
  for (let step = 1; ; step++) {
    const victim = await startOther();
    await victim.dieAt(step);
    const answer = await victim.refresh(token).catch(() => null);
    const again = await refreshed(context, token);
    if (answer !== null && !isFailure(answer)) {
      expect(again.tokens.refreshToken).toBe(answer.tokens.refreshToken);
      break;
    }
    died++;
    token = again.tokens.refreshToken;
  }
  expect(died).toBeGreaterThan(4);
  const line = await context.db.select().from(refreshTokens).where(eq(refreshTokens.sessionId, native.session.id));
  expect(line.filter(({ usedAt }) => usedAt === null)).toHaveLength(1);
});
