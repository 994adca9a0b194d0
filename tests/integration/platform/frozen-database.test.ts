import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createDatabase } from "@/db/client";
import { isDatabaseDown } from "@/lib/core/outage";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { startTlsBefore } from "@/tests/support/postgres-behind-tls";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { atEnd } from "@/tests/support/stop-everything";

type Asked = { at: number; answer: unknown; answeredAt: number };

/** A pool behind a network that can freeze, and how to ask it something whose fate is kept. */
async function open({ tls = false, max = 20 } = {}) {
  const databaseUrl = await newDatabase();
  const proxy = await startPostgresProxy(databaseUrl);
  const { db, close } = createDatabase(tls ? await startTlsBefore(proxy.url) : proxy.url, { max });
  atEnd(async () => {
    proxy.network("cut");
    await close();
  });
  const all: Asked[] = [];
  function ask(statement = sql`select 1 as one`): Promise<unknown> {
    const asked: Asked = { at: performance.now(), answer: null, answeredAt: Number.POSITIVE_INFINITY };
    all.push(asked);
    return db.execute(statement).then(
      () => settle("rows"),
      (error: unknown) => settle(isDatabaseDown(error) ? "down" : error),
    );
    function settle(answer: unknown) {
      asked.answer = answer;
      asked.answeredAt = performance.now();
    }
  }
  return { databaseUrl, proxy, ask, all };
}

test.concurrent.each([false, true])("a PostgreSQL that freezes under load has failed every statement within seconds, however many come after it (TLS: %s)", async (tls) => {
  const { proxy, ask, all } = await open({ tls });
  const steadily = setInterval(() => void ask(), 25);
  await sleep(1_000);
  proxy.network("frozen");
  const frozenAt = performance.now();
  await sleep(6_000);
  clearInterval(steadily);
  const before = all.filter(({ at }) => at < frozenAt - 100);
  expect(before.map(({ answer }) => answer)).toEqual(before.map(() => "rows"));
  const after = all.filter(({ at }) => at > frozenAt && at < frozenAt + 1_000);
  expect(after.map(({ answer }) => answer)).toEqual(after.map(() => "down"));
  expect(Math.max(...after.map(({ answeredAt }) => answeredAt)) - frozenAt).toBeLessThan(4_600);
});

test.concurrent("a PostgreSQL that freezes while statements wait behind each other fails those too, though nothing more is asked", async () => {
  const { proxy, ask, all } = await open({ max: 1 });
  await ask();
  proxy.hold((statement) => (statement.includes("last") ? 60_000 : 0));
  const first = ask();
  await sleep(5);
  void ask(sql`select 'last'`);
  void ask();
  await first;
  await sleep(4_200);
  expect(all.map(({ answer }) => answer)).toEqual(["rows", "rows", "down", "down"]);
});

test.concurrent("a PostgreSQL that is slow, but says something, keeps its connection; who has nothing to ask lets it go", async ({ expect }) => {
  const { databaseUrl, proxy, ask, all } = await open({ max: 1 });
  const backends = async () => (await query<{ pid: number }>(databaseUrl, "select pid from pg_stat_activity where application_name = 'latchkey' and datname = current_database()")).map(({ pid }) => pid);
  await ask();
  const [backend] = await backends();
  for (let round = 0; round < 3; round++) void ask(sql`select pg_sleep(2.5)`);
  await ask();
  expect(all.map(({ answer }) => answer)).toEqual(all.map(() => "rows"));
  // Asked again just before it would go.
  await sleep(2_700);
  proxy.hold(() => 2_500);
  await ask();
  expect(all.at(-1)?.answer).toBe("rows");
  expect(await backends()).toEqual([backend]);
  await expect.poll(backends, { timeout: 4_500, interval: 250 }).toEqual([]);
});

test.concurrent("what takes connections and closes them at once, as a proxy does before a server that is away, fails who asks", async ({ expect }) => {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(async () => void server.close());
  const { db, close } = createDatabase(`postgres://x:x@127.0.0.1:${(server.address() as AddressInfo).port}/x`, { max: 2 });
  atEnd(close);
  const started = performance.now();
  const answers = await Promise.all(Array.from({ length: 5 }, () => db.execute(sql`select 1`).then(() => "rows", (error: unknown) => (isDatabaseDown(error) ? "down" : error))));
  expect(answers).toEqual(answers.map(() => "down"));
  expect(performance.now() - started).toBeLessThan(2_000);
});
