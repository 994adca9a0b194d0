import { expect, test } from "vitest";
import { fillDemo } from "@/scripts/demo";
import { query } from "@/scripts/servers/query";
import { openTestServices } from "@/tests/support/context";
import { newDatabase } from "@/tests/support/new-database";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { testSettings } from "@/tests/support/test-settings";

async function environment() {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  return { ...testSettings, NODE_ENV: "test" as const, DATA_DIR: folder, DATABASE_URL: await newDatabase(), REDIS_URL: "redis://127.0.0.1:1" };
}

test("the demo is written once, and its ledger agrees with itself", async () => {
  const env = await environment();
  const first = await fillDemo(env);
  const [counted] = await query(env.DATABASE_URL, "select (select count(*)::int from users) as users, (select count(*)::int from sessions) as sessions, (select count(*)::int from events) as events");
  expect(counted).toMatchObject({ users: 26 });
  expect(await fillDemo(env)).toEqual(first);
  expect(await query(env.DATABASE_URL, "select (select count(*)::int from users) as users, (select count(*)::int from sessions) as sessions, (select count(*)::int from events) as events")).toEqual([counted]);

  const odd = `select s.id from sessions s join devices d on d.id = s.device_id join addresses a on a.id = s.address_id where
    d.user_id <> s.user_id or a.user_id <> s.user_id or s.last_seen_at < s.created_at or s.last_seen_at > now()
    or s.ended_at < s.last_seen_at or s.ended_at > now() or (s.ended_at is null) <> (s.end_reason is null)
    or (s.ended_at is null and (s.expires_at < now() or s.absolute_expires_at < now()))
    or s.ended_at > least(s.expires_at, s.absolute_expires_at)
    or s.created_at < d.first_seen_at or s.last_seen_at > d.last_seen_at or s.created_at < a.first_seen_at or s.last_seen_at > a.last_seen_at
    or not exists (select from events e where e.session_id = s.id and e.type = 'sign_in.succeeded' and e.at = s.created_at)
    or (s.ended_at is not null and not exists (select from events e where e.session_id = s.id and e.type = 'session.ended' and e.at = s.ended_at))`;
  expect(await query(env.DATABASE_URL, odd)).toEqual([]);
  expect(await query(env.DATABASE_URL, "select user_id from sessions where ended_at is null group by 1 having count(*) > 4")).toEqual([]);
  expect(await query(env.DATABASE_URL, "select id from events where at > now()")).toEqual([]);
});

test("where there is mail, whoever a stranger signed in to is told so, once", async () => {
  const env = { ...(await environment()), SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "accounts@latchkey.example" };
  await fillDemo(env);
  await fillDemo(env);
  const told = await query<{ kind: string; device: string; given: boolean }>(
    env.DATABASE_URL,
    `select m.kind, d.derived_name as device, m.link_expires_at > now() as given from outgoing_mails m join users u on u.id = m.user_id
     join sessions s on s.id = (m.about->>'sessionId')::uuid and s.user_id = u.id join devices d on d.id = (m.about->>'deviceId')::uuid where u.email = 'demo@latchkey.example'`,
  );
  expect(told).toEqual([{ kind: "unusual_sign_in", device: expect.stringContaining("Chrome on Windows"), given: true }]);
});

test("the demo's addresses and devices are shown like everyone else's", async () => {
  const env = await environment();
  await fillDemo(env);
  const { geo } = await openTestServices({ DATABASE_URL: env.DATABASE_URL, REDIS_URL: env.REDIS_URL });
  const found = await query<{ host: string; country: string }>(env.DATABASE_URL, "select distinct host(address) as host, country from addresses");
  expect(new Set(found.map(({ country }) => country)).size).toBeGreaterThan(7);
  // Documentation ranges: nobody's address is shown as a made-up person's.
  expect(found.filter(({ host }) => geo.locate(host).country !== null)).toEqual([]);
});
