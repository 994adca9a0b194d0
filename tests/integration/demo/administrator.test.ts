import { expect, test, vi } from "vitest";
import { verify } from "@node-rs/argon2";
import { type ChosenPassword, choosePassword, createAdministrator } from "@/scripts/create-administrator";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { testSettings } from "@/tests/support/test-settings";

const EMAIL = "admin@latchkey.example";

/** A database that breaks off, at the first COMMIT, before it can tell that it has committed. */
async function openWorld() {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const databaseUrl = await newDatabase();
  const postgres = await startPostgresProxy(databaseUrl);
  const env = { ...testSettings, NODE_ENV: "test" as const, LOG_LEVEL: "silent", DATA_DIR: folder, DATABASE_URL: postgres.url, REDIS_URL: "redis://127.0.0.1:1" };
  const made = () => query<{ role: string; password_hash: string }>(databaseUrl, "select role, password_hash from users");
  postgres.hold((statement) => {
    if (statement !== "commit") return 0;
    postgres.hold(() => 0);
    void vi.waitFor(async () => expect(await made()).toHaveLength(1)).then(() => ["cut", "open"] as const).then((states) => states.map(postgres.network));
    return 10_000;
  });
  return { env, made };
}

/** What a try prints. */
async function printed(env: NodeJS.ProcessEnv, chosen?: ChosenPassword): Promise<string[]> {
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    await createAdministrator(env, EMAIL, chosen);
    return print.mock.calls.map(([line]) => String(line));
  } finally {
    print.mockRestore();
  }
}

test("an account whose making was committed and not answered is made: the next try prints its password", async () => {
  const { env, made } = await openWorld();
  const chosen = choosePassword();
  await expect(printed(env, chosen)).rejects.toThrow(/CONNECTION_CLOSED|closed the connection/);
  const lines = await printed(env, chosen);
  expect(lines).toEqual([expect.stringContaining(`Administrator ${EMAIL}, password ${chosen.password}\n`)]);
  const [user] = await made();
  expect(user?.role).toBe("ADMIN");
  expect(await verify(user?.password_hash as string, chosen.password)).toBe(true);
});

test("a password that is not the account's is not printed, whoever made the account", async () => {
  const { env } = await openWorld();
  await expect(printed(env, choosePassword())).rejects.toThrow();
  expect(await printed(env, choosePassword())).toEqual([]);
  expect(await printed(env)).toEqual([]);
});
