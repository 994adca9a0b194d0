import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createDatabase } from "@/db/client";
import { users } from "@/db/schema";
import { newDatabase } from "@/tests/support/new-database";
import { atEnd } from "@/tests/support/stop-everything";

async function open() {
  const { db, close } = createDatabase(await newDatabase(), { max: 1 });
  atEnd(close);
  return db;
}

/** Sends four rows, then fails. */
const breaksOff = sql`select number, 1 / (number - 5) as part from generate_series(1, 10) as number`;

test("a statement that fails in the middle of its rows leaves nothing to the next one on its connection", async () => {
  const db = await open();
  for (let round = 0; round < 3; round++) {
    await expect(db.execute(breaksOff)).rejects.toThrow();
    const rows = await db.execute<{ one: number }>(sql`select 1 as one`);
    expect([rows.length, rows[0]]).toEqual([1, { one: 1 }]);
    await expect(db.execute(breaksOff)).rejects.toThrow();
    expect(await db.select({ found: sql<number>`number` }).from(sql`generate_series(1, 3) as number`)).toEqual([{ found: 1 }, { found: 2 }, { found: 3 }]);
    await expect(db.execute(breaksOff)).rejects.toThrow();
    expect(await db.select().from(users)).toEqual([]);
    await expect(db.transaction((tx) => tx.execute(breaksOff))).rejects.toThrow();
    await db.transaction(async (tx) => expect(await tx.select({ found: sql<number>`7` }).from(sql`(select 1) as one`)).toEqual([{ found: 7 }]));
  }
});

test("who asks at the very moment when an unused connection is let go, or would be taken for a frozen one, is answered", async () => {
  const url = await newDatabase();
  const pools = Array.from({ length: 60 }, () => createDatabase(url, { max: 1 }));
  atEnd(() => Promise.all(pools.map(({ close }) => close())));
  for (const unused of [2_995, 3_495]) {
    await Promise.all(pools.map(({ db }) => db.execute(sql`select 1`)));
    const answers = await Promise.allSettled(
      pools.map(async ({ db }) => {
        await sleep(unused + Math.random() * 10);
        await db.execute(sql`select 1`);
      }),
    );
    expect(answers.filter(({ status }) => status === "rejected")).toEqual([]);
  }
});
