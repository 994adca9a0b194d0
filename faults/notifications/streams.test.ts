import { beforeAll, expect, test } from "vitest";
import { httpClient, PASSWORD, signedUp } from "@/tests/integration/api/http-client";
import { openEventStream } from "@/tests/support/event-stream";
import { newDatabase } from "@/tests/support/new-database";
import { rounds } from "@/tests/support/rounds";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

const ACCOUNTS = 5;

let origin: string;

beforeAll(async () => {
  const redis = await startTestRedis();
  origin = (await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, HASH_THREADS: "2" } })).url;
}, 300_000);

test("a stream that is opened again the moment it was left hears its session end, within a second, whoever else does the same", async () => {
  let deaf = 0;
  let heard = 0;
  async function reloadAtTheWrongMoment(times: number) {
    const { client: home, email } = await signedUp(origin);
    for (let round = 0; round < times; round++) {
      const away = httpClient(origin);
      const { session } = (await away.send("POST", "/api/auth/signin", { email, password: PASSWORD })).body;
      for (let reload = round % 3; reload >= 0; reload--) (await openEventStream(origin, away)).leave();
      const stream = await openEventStream(origin, away);
      expect((await home.send("DELETE", `/api/auth/sessions/${session.id}`)).status).toBe(204);
      const within = await expect.poll(() => stream.closed && stream.text, { timeout: 1_000, interval: 20 }).toContain("session.ended").then(() => true, () => false);
      if (within) heard++;
      else deaf++;
      stream.leave();
    }
  }
  await Promise.all(Array.from({ length: ACCOUNTS }, () => reloadAtTheWrongMoment(rounds(100))));
  expect({ deaf, heard }).toEqual({ deaf: 0, heard: ACCOUNTS * rounds(100) });
});
