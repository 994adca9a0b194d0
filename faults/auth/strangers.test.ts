import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { query } from "@/scripts/servers/query";
import { type Answer, type HttpClient, strangerTo } from "@/tests/integration/api/http-client";
import { linkTo } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { rounds } from "@/tests/support/rounds";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";
import { type KindOfAddress, kindsOfAddress, PASSWORD, writeAccount, writeAddresses } from "@/tests/support/written-accounts";

const FULL = rounds(10) > 1;
const REQUESTS = 300;
/** What is asked after a link was asked for: about as long as a mail takes until it is handed over. */
const PROBES = 20;
/** More than a mail takes until it is handed over, where nothing else runs; as long for a mail to nobody, since some work is done whatever happens. */
const SENDING_MS = 100;
/** How far from a half it may be that an answer to one kind takes longer than one to another. */
const BOUND = 0.06;
/** Of 300 and 300 that differ by nothing one pair in a hundred is farther apart: what is, is measured again, and judged with all that was measured. */
const MEASUREMENTS = 3;

let app: TestApp;
let inbox: TestMail;
let databaseUrl: string;

beforeAll(async () => {
  [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", ...inbox.env } });
}, 300_000);

type Times = Record<string, Map<KindOfAddress, number[]>>;

type Note = (what: string, milliseconds: number) => void;

/** One call after the other, to an address of a kind that is drawn anew each time; what is noted of each. */
async function measure(times: Times, ask: (client: HttpClient, email: string, note: Note) => Promise<void>): Promise<void> {
  const emails = new Map(await Promise.all(kindsOfAddress.map(async (kind) => [kind, (await writeAddresses(databaseUrl, kind, REQUESTS + 5)).map(({ email }) => email)] as const)));
  for (let round = 0; round < REQUESTS + 5; round++) {
    for (const kind of shuffled(kindsOfAddress)) {
      await ask(strangerTo(app.url), emails.get(kind)?.[round] as string, (what, milliseconds) => {
        const ofKind = ((times[what] ??= new Map()).get(kind) ?? times[what].set(kind, []).get(kind)) as number[];
        // The first few warm up.
        if (round >= 5) ofKind.push(milliseconds);
      });
    }
  }
}

/** How long the answer takes, milliseconds. */
async function timeOf(call: () => Promise<Answer>): Promise<number> {
  const started = performance.now();
  await call();
  return performance.now() - started;
}

/** How long the server's event loop has had a core so far, milliseconds (proc(5), schedstat): what holds up others, whoever else is busy on this machine. */
function eventLoopWorked(): number {
  return Number(readFileSync(`/proc/${app.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list.map((item) => ({ item, at: Math.random() })).toSorted((a, b) => a.at - b.at).map(({ item }) => item);
}

/** The chance that one of `these` took longer than one of `those`: a half when nothing is to be told from the time (area under the ROC curve). */
function areaUnderCurve(these: readonly number[], those: readonly number[]): number {
  let longer = 0;
  for (const one of these) for (const other of those) longer += one > other ? 1 : one === other ? 0.5 : 0;
  return longer / (these.length * those.length);
}

function areas(times: Times): Record<string, number> {
  return Object.fromEntries(
    Object.entries(times).flatMap(([what, kinds]) =>
      kindsOfAddress.filter((kind) => kind !== "unknown").map((kind) => [`${what}: ${kind}`, areaUnderCurve(kinds.get(kind) as number[], kinds.get("unknown") as number[])]),
    ),
  );
}

const calls: [string, Parameters<typeof measure>[1]][] = [
  ["signing in with a wrong password", async (client, email, note) => note("sign-in", await timeOf(() => client.send("POST", "/api/auth/signin", { email, password: "wrong" })))],
  [
    "asking for a link to a new password, and what is asked right after it",
    async (client, email, note) => {
      note("forgot", await timeOf(() => client.send("POST", "/api/auth/forgot", { email })));
      const probes: number[] = [];
      while (probes.length < PROBES) probes.push(await timeOf(() => client.send("GET", "/api/health")));
      for (const [index, took] of probes.slice(0, 3).entries()) note(`probe ${index + 1} after it`, took);
      // Whenever the mail is made, and whether that holds up one request for long or many a little.
      for (let from = 0; from < PROBES; from += 10) note(`probes ${from + 1} to ${from + 10}`, probes.slice(from, from + 10).reduce((sum, took) => sum + took));
      note("the slowest probe", Math.max(...probes));
    },
  ],
  [
    "a link that is asked for, in the server's event loop and until it was sent,",
    async (client, email, note) => {
      const before = eventLoopWorked();
      await client.send("POST", "/api/auth/forgot", { email });
      await sleep(SENDING_MS);
      note("its event loop's work", eventLoopWorked() - before);
    },
  ],
  [
    "signing up, with a wrong code and another code at once",
    async (client, email, note) => {
      note("sign-up", await timeOf(() => client.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li" })));
      note("verify-email", await timeOf(() => client.send("POST", "/api/auth/verify-email", { email, otp: "000000" })));
      note("prove", await timeOf(() => client.send("POST", "/api/auth/attempt/prove", { method: "email_code", code: "000000" })));
      note("another code", await timeOf(() => client.send("POST", "/api/auth/attempt/code", {})));
    },
  ],
];

// With fewer requests chance is larger than what is looked for; what is gross shows in tests/integration/auth.
test.each(FULL ? calls : [])("%s takes the time that it takes for an unknown address, whatever the address is to us", async (_, ask) => {
  const times: Times = {};
  let apart: [string, number][] = [];
  for (let measurement = 0; measurement < MEASUREMENTS; measurement++) {
    await measure(times, ask);
    console.log(areas(times));
    apart = Object.entries(areas(times)).filter(([, area]) => Math.abs(area - 0.5) > BOUND);
    if (apart.length === 0) return;
  }
  expect(apart).toEqual([]);
}, 1_200_000);

test("a flood of strangers from everywhere sends six mails an hour to an address, and the owner's own link comes all the same", async () => {
  const { id, email } = await writeAccount(databaseUrl);
  const owner = strangerTo(app.url);
  expect((await owner.send("POST", "/api/auth/signin", { email, password: PASSWORD })).status).toBe(200);
  await inbox.waitFor(({ to, subject }) => to.includes(email) && subject.startsWith("New sign-in"));
  const flood = rounds(1_000);
  const statuses = new Set<number>();
  async function strangers() {
    // Half of them bring a device cookie of their own: nobody's known device.
    const { jar, send } = strangerTo(app.url);
    await send("POST", "/api/auth/signup", { email: `other-${newId()}@example.com`, password: PASSWORD, name: "Zo Li" });
    const device = `latchkey-device=${jar.get("latchkey-device")}`;
    for (let one = 0; one < flood / 20; one++) statuses.add((await strangerTo(app.url).send("POST", "/api/auth/forgot", { email }, one % 2 ? { cookie: device } : {})).status);
  }
  await Promise.all(Array.from({ length: 20 }, strangers));
  expect([...statuses]).toEqual([202]);
  const waiting = () => query(databaseUrl, "select id from outgoing_mails where due_at is not null and (user_id = $1 or about->>'emailKey' = $2)", [id, email]);
  await expect.poll(waiting, { timeout: 30_000 }).toEqual([]);
  const resets = async () => (await inbox.mails(email)).filter(({ text }) => text.includes("/reset?token="));
  expect(await resets()).toHaveLength(6);
  await owner.send("POST", "/api/auth/forgot", { email });
  await expect.poll(async () => (await resets()).length, { timeout: 10_000 }).toBe(7);
  const token = new URL(await linkTo(inbox, email, "reset")).searchParams.get("token");
  expect((await owner.send("POST", "/api/auth/reset", { token, newPassword: "eleven green ladders" })).status).toBe(204);
});
