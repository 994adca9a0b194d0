import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openProcesses, type Processes } from "@/faults/sessions/processes";
import { useSteadily } from "@/faults/sessions/steady-use";
import { isFailure } from "@/lib/core/errors";
import type { Credential } from "@/lib/sessions/credential";
import { refreshSession } from "@/lib/tokens/refresh-session";
import { revokeToken } from "@/lib/tokens/revoke-token";
import { verifyAccessToken } from "@/lib/tokens/verify-access-token";
import { beginNative, type Native } from "@/tests/support/native";
import { makeUser, visitorOf } from "@/tests/support/sessions";
import { startTestCluster } from "@/tests/support/test-cluster";

test("over a fail-over revoked tokens and the sessions of revoked lines stay dead; the other apps go on and refresh", async () => {
  const cluster = await startTestCluster();
  const processes = await openProcesses({ REDIS_URL: cluster.url });
  const visitor = visitorOf(processes.context);
  const apps = async (count: number) => Promise.all(Array.from({ length: count }, async () => beginNative(processes.context, await makeUser(processes.context))));
  const [kept, revoked, ended, going] = [await apps(9), await apps(9), await apps(9), await apps(30)];
  for (const { tokens } of revoked) expect(await revokeToken(visitor, tokens.accessToken)).toBeUndefined();
  for (const { tokens } of ended) expect(await revokeToken(visitor, tokens.refreshToken)).toBeUndefined();
  const live = useSteadily(processes.ways, await credentialsOf(processes, kept));
  const dead = useSteadily(processes.ways, await credentialsOf(processes, [...revoked, ...ended]));

  const lines = kept.map(({ tokens }) => tokens.refreshToken);
  const acknowledged: Credential[] = [];
  const killed = sleep(150).then(() => cluster.masters[1]?.kill());
  for (const [index, app] of going.entries()) {
    const [credential] = await credentialsOf(processes, [app]);
    const { accessToken, refreshToken } = app.tokens;
    if (!isFailure(await revokeToken(visitor, index % 2 ? accessToken : refreshToken)) && credential) acknowledged.push(credential);
    for (const one of acknowledged) expect((await processes.ways[1]?.(one))?.state).toBe("anonymous");
    const line = index % lines.length;
    const asked = lines[line] as string;
    const next = await (index % 2 ? refreshSession(visitor, asked) : processes.other.refresh(asked));
    if (isFailure(next)) throw new Error(`not refreshed: ${next.failure}`);
    lines[line] = next.tokens.refreshToken;
    await sleep(50);
  }
  await killed;
  await cluster.whole([...cluster.masters.filter((_, index) => index !== 1), ...cluster.replicas]);
  await processes.trusted();

  expect(await live.stop()).toMatchObject({ anonymous: 0, unknown: 0 });
  expect((await dead.stop()).authenticated).toBe(0);
  expect(acknowledged.length, "some before the fail-over").toBeGreaterThan(0);
  expect(acknowledged.length, "some in the middle of it").toBeLessThan(going.length);
  const gone = await credentialsOf(processes, [...revoked, ...ended, ...going]);
  for (const credential of gone) for (const ask of processes.ways) expect((await ask(credential)).state).toBe("anonymous");
  for (const { tokens } of ended) expect(await refreshSession(visitor, tokens.refreshToken)).toMatchObject({ failure: "unauthenticated" });
  for (const token of lines) expect(isFailure(await processes.other.refresh(token))).toBe(false);
});

/** What their access tokens stand for. */
async function credentialsOf({ context }: Processes, apps: readonly Native[]): Promise<Credential[]> {
  const verified = await Promise.all(apps.map(({ tokens }) => verifyAccessToken(context, tokens.accessToken)));
  return verified.filter((credential) => credential !== null);
}
