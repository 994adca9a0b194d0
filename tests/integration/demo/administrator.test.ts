import { expect, test, vi } from "vitest";
import { resetPassword } from "@/lib/auth/reset-password";
import { signIn } from "@/lib/auth/sign-in";
import { signUp } from "@/lib/auth/sign-up";
import { createAdministrator } from "@/scripts/create-administrator";
import { query } from "@/scripts/servers/query";
import { newBrowser, PASSWORD, tally, visitor } from "@/tests/integration/auth/account";
import { openTestWorld } from "@/tests/support/context";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { rounds } from "@/tests/support/rounds";
import { trust } from "@/tests/support/sessions";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { testSettings } from "@/tests/support/test-settings";

const EMAIL = "admin@latchkey.example";

async function openWorld() {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const world = await openTestWorld();
  await trust(world.context);
  const env = { ...testSettings, NODE_ENV: "test" as const, LOG_LEVEL: "silent", DATA_DIR: folder, DATABASE_URL: world.databaseUrl, REDIS_URL: "redis://127.0.0.1:1" };
  const accounts = () => query<{ email: string; role: string }>(world.databaseUrl, "select email, role from users order by email");
  return { ...world, env, accounts };
}

function tokenIn(said: string | null): string {
  const token = /http:\/\/localhost:3000\/reset\?token=([\w-]{43})\n/.exec(said ?? "")?.[1];
  if (!token) throw new Error(`no link in: ${said}`);
  return token;
}

test("the administrator of ADMIN_EMAIL is made without a password; each start prints another link, until one was used", async () => {
  const { context, env, databaseUrl } = await openWorld();
  const first = tokenIn(await createAdministrator(env, "Admin@Latchkey.example"));
  const [made] = await query(databaseUrl, "select email, role, password_hash, email_verified from users");
  expect(made).toEqual({ email: "Admin@Latchkey.example", role: "ADMIN", password_hash: null, email_verified: false });
  expect(tally([await signIn(visitor(context), { email: EMAIL, password: PASSWORD }, newBrowser())])).toEqual({ invalid_credentials: 1 });
  const second = tokenIn(await createAdministrator(env, EMAIL));
  expect(await resetPassword(visitor(context), { token: first, newPassword: PASSWORD })).toMatchObject({ failure: "link_over" });
  expect(await resetPassword(visitor(context), { token: second, newPassword: PASSWORD })).toBeUndefined();
  expect(await createAdministrator(env, EMAIL)).toBeNull();
  expect(tally([await signIn(visitor(context), { email: EMAIL, password: PASSWORD }, newBrowser())])).toEqual({ ok: 1 });
  expect(await query(databaseUrl, "select email_verified from users")).toEqual([{ email_verified: false }]);
  expect(await createAdministrator(env, EMAIL)).toBeNull();
  expect(await query(databaseUrl, "select id from outgoing_mails where due_at is not null")).toEqual([]);
});

test("an account that somebody made with that address is given nothing, and every start says what is known of it", async () => {
  const { context, env, accounts, databaseUrl } = await openWorld();
  await signUp(visitor(context, "192.0.2.77"), { email: EMAIL, password: PASSWORD, name: "Somebody" }, newBrowser());
  await query(databaseUrl, "update users set created_at = '2026-01-02T03:04:05.678Z'");
  for (let start = 0; start < 2; start++) {
    const said = await createAdministrator(env, "Admin@latchkey.example");
    expect(said).toMatch(/made nobody an administrator\. .* has existed since 2026-01-02T03:04:05\.678Z and was last used from 192\.0\.2\.77 [^]*npm run admin -- grant Admin@latchkey\.example/);
  }
  expect(await accounts()).toEqual([{ email: EMAIL, role: "USER" }]);
  expect(await query(databaseUrl, "select id from outgoing_mails")).toEqual([]);
  // Neither when it has no password any more, as after "This wasn't me", nor once it is an administrator's by the operator's hand.
  await query(databaseUrl, "update users set password_hash = null");
  expect(await createAdministrator(env, EMAIL)).toContain("made nobody an administrator");
  await query(databaseUrl, "update users set role = 'ADMIN'");
  expect(await createAdministrator(env, EMAIL)).toBeNull();
  expect(await query(databaseUrl, "select id from outgoing_mails")).toEqual([]);
});

test("while there is an administrator none is made, and one who has company gets no more links", async () => {
  const { env, accounts, databaseUrl } = await openWorld();
  tokenIn(await createAdministrator(env, EMAIL));
  for (let start = 0; start < 2; start++) expect(await createAdministrator(env, "another@latchkey.example")).toContain("made no account, for there is an administrator already");
  expect(await accounts()).toEqual([{ email: EMAIL, role: "ADMIN" }]);
  await query(databaseUrl, "insert into users (id, email, email_key, name, role) values (gen_random_uuid(), 'b@x.org', 'b@x.org', 'B', 'ADMIN')");
  expect(await createAdministrator(env, EMAIL)).toBeNull();
});

test("of several starts at once with different addresses one makes the administrator", async () => {
  for (let round = 0; round < rounds(10); round++) {
    const { env, accounts } = await openWorld();
    const said = await Promise.all(["a@x.org", "b@x.org", "c@x.org", "a@x.org"].map((email) => createAdministrator(env, email)));
    expect(await accounts()).toHaveLength(1);
    expect(said.filter((words) => words?.includes("made no account")).length).toBeGreaterThanOrEqual(2);
  }
});

test("an account whose making was committed and not answered is made: the next try prints a link", async () => {
  const { env, accounts, databaseUrl } = await openWorld();
  const postgres = await startPostgresProxy(databaseUrl);
  // It breaks off, at the first COMMIT, before it can tell that it has committed.
  postgres.hold((statement) => {
    if (statement !== "commit") return 0;
    postgres.hold(() => 0);
    void vi.waitFor(async () => expect(await accounts()).toHaveLength(1)).then(() => ["cut", "open"] as const).then((states) => states.map(postgres.network));
    return 10_000;
  });
  const behind = { ...env, DATABASE_URL: postgres.url };
  await expect(createAdministrator(behind, EMAIL)).rejects.toThrow(/CONNECTION_CLOSED|closed the connection/);
  tokenIn(await createAdministrator(behind, EMAIL));
  expect(await accounts()).toEqual([{ email: EMAIL, role: "ADMIN" }]);
});

test("what is no address is said so", async () => {
  const { env } = await openWorld();
  await expect(createAdministrator(env, "admin")).rejects.toThrow("ADMIN_EMAIL is not an email address.");
});
