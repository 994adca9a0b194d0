import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openProcesses } from "@/faults/sessions/processes";
import { refreshSession } from "@/lib/tokens/refresh-session";
import { revokeToken } from "@/lib/tokens/revoke-token";
import { askWith, beginNative, type Native } from "@/tests/support/native";
import { makeUser, visitorOf } from "@/tests/support/sessions";
import { startTestCluster } from "@/tests/support/test-cluster";

test("on a cluster that fails over in the middle, a revoked token and an ended app stay dead, the others go on, and refresh", async () => {
  const cluster = await startTestCluster();
  const processes = await openProcesses({ REDIS_URL: cluster.url });
  const context = visitorOf(processes.context);
  const begin = () => Promise.all(Array.from({ length: 9 }, async () => beginNative(context, await makeUser(context))));
  const [kept, revoked, ended] = [await begin(), await begin(), await begin()];
  for (const { tokens } of revoked) expect(await revokeToken(context, tokens.accessToken)).toBeUndefined();
  for (const { tokens } of ended) expect(await revokeToken(context, tokens.refreshToken)).toBeUndefined();

  const ways = [(token: string) => askWith(context, token), (token: string) => processes.other.askWith(token)];
  const seen = { kept: new Set<string>(), dead: new Set<string>() };
  let over = false;
  async function keepAsking(apps: readonly Native[], states: Set<string>): Promise<void> {
    for (let turn = 0; !over; turn++) {
      const { accessToken } = (apps[turn % apps.length] as Native).tokens;
      for (const ask of ways) states.add((await ask(accessToken)).state);
      await sleep(5);
    }
  }
  const asking = [keepAsking(kept, seen.kept), keepAsking([...revoked, ...ended], seen.dead)];
  await sleep(150);
  await cluster.masters[1]?.kill();
  await cluster.whole([...cluster.masters.filter((_, index) => index !== 1), ...cluster.replicas]);
  await processes.trusted();
  over = true;
  await Promise.all(asking);

  expect([...seen.kept]).toEqual(["authenticated"]);
  expect([...seen.dead]).toEqual(["anonymous"]);
  for (const { tokens } of kept) expect(await refreshSession(context, tokens.refreshToken)).toMatchObject({ tokens: { tokenType: "Bearer" } });
  for (const { tokens } of revoked) expect(await refreshSession(context, tokens.refreshToken)).toMatchObject({ tokens: { tokenType: "Bearer" } });
  for (const { tokens } of ended) expect(await refreshSession(context, tokens.refreshToken)).toMatchObject({ failure: "unauthenticated" });
});
