import { expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { query } from "@/scripts/servers/query";
import { startTestPostgres } from "@/tests/support/test-postgres";
import { startTestRedis } from "@/tests/support/test-redis";

test("a new database is migrated and empty, and another one's rows are not in it", async () => {
  const [first, second] = await Promise.all([newDatabase(), newDatabase()]);
  await query(first, "insert into users (id, email, email_key, name, password_hash) values (gen_random_uuid(), 'a', 'a', 'a', 'a')");
  expect(await query(first, "select count(*)::int as count from users")).toEqual([{ count: 1 }]);
  expect(await query(second, "select count(*)::int as count from users")).toEqual([{ count: 0 }]);
});

test("Redis comes back empty or from a snapshot, on the same port", async () => {
  const redis = await startTestRedis();
  await redis.command("SET", "a", "1");
  const snapshot = await redis.snapshot();
  await redis.command("SET", "a", "2");
  await redis.kill();
  await redis.start();
  expect(await redis.command("GET", "a")).toBeNull();
  await redis.kill();
  await redis.start(snapshot);
  expect(await redis.command("GET", "a")).toBe("1");
});

test("PostgreSQL comes back after SIGKILL with what was committed", async () => {
  const server = await startTestPostgres();
  await query(server.url, "create table kept (n int)");
  await query(server.url, "insert into kept values (1)");
  await server.kill();
  await expect(query(server.url, "select 1")).rejects.toThrow();
  await server.start();
  expect(await query(server.url, "select n from kept")).toEqual([{ n: 1 }]);
});

test("a frozen PostgreSQL answers again when it is thawed", async () => {
  const server = await startTestPostgres();
  server.freeze();
  const late = query(server.url, "select 1 as one");
  const first = await Promise.race([late, new Promise((resolve) => setTimeout(() => resolve("silent"), 500))]);
  expect(first).toBe("silent");
  server.thaw();
  expect(await late).toEqual([{ one: 1 }]);
});
