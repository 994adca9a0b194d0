import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { users } from "@/db/schema";
import { eq } from "drizzle-orm";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { makeUser } from "@/tests/support/sessions";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { testSettings } from "@/tests/support/test-settings";

let world: TestWorld;

beforeAll(async () => {
  world = await openTestWorld();
});

async function admin(...args: string[]) {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const env = { PATH: process.env.PATH, ...testSettings, DATA_DIR: folder, DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, LOG_LEVEL: "error" };
  return promisify(execFile)("npm", ["run", "--silent", "admin", "--", ...args], { env: { ...env, NODE_ENV: "test" } }).then(
    ({ stdout }) => ({ code: 0, says: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, says: stderr }),
  );
}

test("`npm run admin -- grant` makes an account an administrator's, and says in a sentence why not", async () => {
  const id = await makeUser(world.context);
  expect(await admin("grant", `${id}@example.org`)).toEqual({ code: 0, says: `${id}@example.org is an administrator now.\n` });
  expect(await world.context.db.select({ role: users.role }).from(users).where(eq(users.id, id))).toEqual([{ role: "ADMIN" }]);
  for (const [args, words] of [
    [["grant", "nobody@example.org"], "There is no account nobody@example.org: sign up first."],
    [["grant", "nobody"], "nobody is not an email address."],
    [["take", `${id}@example.org`], "Use it so: npm run admin -- grant <email>"],
    [[], "Use it so: npm run admin -- grant <email>"],
  ] as const) expect(await admin(...args)).toMatchObject({ code: 1, says: expect.stringContaining(words) });
}, 60_000);
