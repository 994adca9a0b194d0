import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";
import { query } from "@/scripts/servers/query";
import { startInstance } from "@/tests/support/instance";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { type Servers, startServers } from "./bench-servers";
import { fillEnded } from "./fill-ended";
import { median } from "./median";
import { atMost, type Result, unbound } from "./result";

const LONG_AGO = 10_000_000;
const MATTERING = 1_000;
const LOSSES = 5;

const ENDS_A_SECOND = 500;
const PROCESSES = 2;
/** Longer than the half minute that each replay covers. */
const SETTLE_MS = 36_000;
const COUNTED_MS = 10_000;

/** What it costs to trust a Redis that lost everything, and to replay while many sessions end. */
export async function measureReplay(): Promise<Result[]> {
  return [...(await measureLoss()), ...(await measureSteadily())];
}

async function measureLoss(): Promise<Result[]> {
  const servers = await startServers();
  await fillEnded(servers, LONG_AGO, "now() - interval '100 days' + n * interval '8 seconds' * 0.1");
  await fillEnded(servers, MATTERING, "now() - interval '1 minute'");
  await query(servers.databaseUrl, "vacuum analyze sessions");
  const postgres = await startPostgresProxy(servers.databaseUrl);
  const process = await startInstance({ DATABASE_URL: postgres.url, REDIS_URL: servers.redisUrl });
  await process.trust();
  const times: number[] = [];
  let statements = 0;
  for (let loss = 0; loss < LOSSES; loss++) {
    await process.letGo();
    await send(servers, "FLUSHALL");
    const [before, began] = [reads(), performance.now()];
    await process.trust();
    times.push(performance.now() - began);
    statements = reads() - before;
  }
  process.signal("SIGTERM");
  return [
    atMost(`Statements that read sessions until an emptied Redis is trusted (${LONG_AGO / 1_000_000} M ended long ago, ${MATTERING} that matter)`, statements, 5),
    unbound("… median time", median(times), "ms"),
  ];

  function reads(): number {
    return postgres.executed().filter((statement) => statement.includes('from "sessions"')).length;
  }
}

async function measureSteadily(): Promise<Result[]> {
  const servers = await startServers();
  const processes = await Promise.all(Array.from({ length: PROCESSES }, () => startInstance({ DATABASE_URL: servers.databaseUrl, REDIS_URL: servers.redisUrl })));
  for (const process of processes) await process.trust();
  let ending = true;
  const ends = (async () => {
    for (let next = performance.now(); ending; ) {
      await fillEnded(servers, ENDS_A_SECOND / 5, "clock_timestamp()");
      next += 200;
      await sleep(Math.max(0, next - performance.now()));
    }
  })();
  await sleep(SETTLE_MS);
  const before = await scripts(servers);
  await sleep(COUNTED_MS);
  const after = await scripts(servers);
  ending = false;
  await ends;
  const each = ((after - before) / COUNTED_MS) * 1_000 / PROCESSES;
  return [atMost(`Scripts a second and process at ${ENDS_A_SECOND} ends a second that others made, ${PROCESSES} processes`, each, ENDS_A_SECOND * 1.2, "a second")];
}

async function scripts(servers: Servers): Promise<number> {
  return Number(/^cmdstat_eval:calls=(\d+)/m.exec(String(await send(servers, "INFO", "commandstats")))?.[1] ?? 0);
}

async function send({ redisUrl }: Servers, ...words: string[]): Promise<unknown> {
  const client = createClient({ url: redisUrl, RESP: 2 });
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    await client.close();
  }
}
