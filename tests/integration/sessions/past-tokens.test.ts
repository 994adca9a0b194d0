import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { expect, test } from "vitest";
import { keepSwept } from "@/lib/sessions/ledger/keep-swept";
import { sweep } from "@/lib/sessions/ledger/sweep";
import { query } from "@/scripts/servers/query";
import { openTestWorld } from "@/tests/support/context";
import { beginNative } from "@/tests/support/native";
import { atEnd } from "@/tests/support/stop-everything";
import { makeUser, trust, visitorOf } from "@/tests/support/sessions";

const COUNT = 2_500;

async function openWithBacklog() {
  const world = await openTestWorld({ SESSION_TTL_SECONDS: "1" });
  await trust(world.context);
  const native = await beginNative(visitorOf(world.context), await makeUser(world.context));
  const past = [`$1::uuid, now() - interval '2 days' from generate_series(1, ${COUNT}) n`, [native.session.id]] as const;
  await query(world.databaseUrl, `insert into refresh_tokens (hash, session_id, expires_at) select 'past ' || n, ${past[0]}`, [...past[1]]);
  await query(world.databaseUrl, `insert into revoked_tokens (jti, user_id, session_id, expires_at) select gen_random_uuid(), gen_random_uuid(), ${past[0]}`, [...past[1]]);
  return world;
}

async function left(databaseUrl: string): Promise<unknown> {
  const past = "expires_at < now() - interval '1 day'";
  const [counts] = await query(databaseUrl, `select (select count(*)::int from refresh_tokens where ${past}) as refresh, (select count(*)::int from revoked_tokens where ${past}) as revoked`);
  return counts;
}

test("a backlog of past tokens goes in batches, none of which is long, past a row that somebody holds", async () => {
  const { context, databaseUrl } = await openWithBacklog();
  for (const table of ["refresh_tokens", "revoked_tokens"]) {
    await query(databaseUrl, `
      create function few_${table}() returns trigger language plpgsql as $$ begin
        if (select count(*) from gone) > 1000 then raise exception 'too many at once'; end if;
        return null;
      end $$;
      create trigger few after delete on ${table} referencing old table as gone for each statement execute function few_${table}()`);
  }
  await context.db.transaction(async (holder) => {
    await holder.execute("select 1 from refresh_tokens where hash = 'past 7' for update");
    await sweep(context);
    await holder.execute("select 1");
  });
  expect(await left(databaseUrl)).toEqual({ refresh: 1, revoked: 0 });
  await sweep(context);
  expect(await left(databaseUrl)).toEqual({ refresh: 0, revoked: 0 });
});

test("a sweep that times out is in the log, once", async () => {
  const { context, databaseUrl } = await openWithBacklog();
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => lines.push(line) });
  await query(databaseUrl, `
    create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(4); return null; end $$;
    create trigger dawdle before delete on revoked_tokens for each statement execute function dawdle()`);
  const sweeper = keepSwept({ ...context, log });
  atEnd(async () => sweeper.stop());
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({ msg: "sweep failed; trying again" });
  await sleep(3_500);
  expect(lines).toHaveLength(1);
});
