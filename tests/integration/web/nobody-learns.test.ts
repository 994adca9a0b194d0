import { beforeAll, describe, expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";
import { type KindOfAddress, kindsOfAddress, PASSWORD, writeAddresses } from "@/tests/support/written-accounts";
import { type Answer, type HttpClient, strangerTo } from "../api/http-client";
import { formOf, multipart } from "./page-form";

const SIGN_UPS = 6;

let app: TestApp;
let addresses: Map<KindOfAddress, string[]>;
beforeAll(async () => {
  const databaseUrl = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", SIGN_UPS_PER_HOUR: String(SIGN_UPS), ...(await startTestMail()).env } });
  addresses = new Map(await Promise.all(kindsOfAddress.map(async (kind) => [kind, (await writeAddresses(databaseUrl, kind, 20)).map(({ email }) => email)] as const)));
}, 300_000);

const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIMES = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const SEALED = /Fe26\.2\*[\w*~-]+/g;

/** All that is to be seen of an answer but ids, times and what is sealed, of which the length stays. */
function shapeOf({ status, headers, cookies, text }: Answer) {
  const plain = (value: string) => value.replaceAll(SEALED, "sealed").replaceAll(IDS, "an id").replaceAll(TIMES, "a time");
  const named = [...headers].filter(([name]) => name !== "set-cookie" && name !== "date").map(([name, value]) => [name, name === "retry-after" ? inMinutes(value) : plain(value)]);
  return { status, headers: named, cookies: cookies.map((cookie) => [plain(cookie), cookie.length]), text: plain(text), length: text.length };
}

/** Seconds pass between one answer and the next. */
function inMinutes(seconds: string): string {
  return Number(seconds) > 60 ? `${Math.round(Number(seconds) / 60)} minutes` : `${seconds.length} figures`;
}

/** What `ask` is answered with for an address of each kind; `of`: the nth of those. */
async function answersToEach(of: number, ask: (client: HttpClient, email: string) => Promise<Answer[]>) {
  const shapes = [];
  for (const kind of kindsOfAddress) shapes.push({ kind, answers: (await ask(strangerTo(app.url), addresses.get(kind)?.[of] as string)).map(shapeOf) });
  return shapes;
}

type Asked = { what: string; statuses: number[]; ask(client: HttpClient, email: string): Promise<Answer[]> };

async function times(count: number, send: () => Promise<Answer>): Promise<Answer[]> {
  const answers = [];
  for (let time = 0; time < count; time++) answers.push(await send());
  return answers;
}

const signUp = (client: HttpClient, email: string) => client.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li" });
const prove = (client: HttpClient) => client.send("POST", "/api/auth/attempt/prove", { method: "email_code", code: "000000" });

const asked: Asked[] = [
  { what: "sign-in with a wrong password, to the limit", statuses: [...Array<number>(10).fill(401), 429, 429], ask: (client, email) => times(12, () => client.send("POST", "/api/auth/signin", { email, password: "wrong" })) },
  { what: "sign-in by a native client", statuses: [401], ask: async (client, email) => [await client.send("POST", "/api/auth/signin", { email, password: "wrong", client: "native", device: { name: "A phone" } })] },
  { what: "forgotten password, over the budget", statuses: Array<number>(12).fill(202), ask: (client, email) => times(12, () => client.send("POST", "/api/auth/forgot", { email })) },
  { what: "sign-up, to the limit", statuses: [...Array<number>(SIGN_UPS).fill(202), 429], ask: (client, email) => times(SIGN_UPS + 1, () => signUp(client, email)) },
  { what: "sign-up by a native client", statuses: [202], ask: async (client, email) => [await client.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li", client: "native" })] },
  { what: "a sign-up looked at, another code at once, and given up", statuses: [202, 200, 429, 204, 410], ask: async (client, email) => [await signUp(client, email), await client.send("GET", "/api/auth/attempt"), await client.send("POST", "/api/auth/attempt/code", {}), await client.send("DELETE", "/api/auth/attempt"), await client.send("POST", "/api/auth/attempt/code", {})] },
  { what: "wrong codes, to the limit", statuses: [202, 401, 401, 401, 401, 401, 410], ask: async (client, email) => [await signUp(client, email), ...(await times(6, () => prove(client)))] },
  { what: "wrong codes to verify-email", statuses: [202, 401, 401, 401, 401, 401, 410], ask: async (client, email) => [await signUp(client, email), ...(await times(6, () => client.send("POST", "/api/auth/verify-email", { email, otp: "000000" })))] },
  { what: "verify-email without an attempt", statuses: [410], ask: async (client, email) => [await client.send("POST", "/api/auth/verify-email", { email, otp: "000000" })] },
];

test("who has to wait is told how long, by the form of a page too", async () => {
  const { send } = strangerTo(app.url);
  const page = await send("GET", "/sign-in");
  const { type, body } = multipart({ ...formOf(page.text, "password"), email: "somebody@example.com", password: "wrong" });
  const answers = await times(11, () => send("POST", "/sign-in", body, { "content-type": type }));
  for (const { text } of answers.slice(0, 10)) expect(text).toContain("The email or password is not right.");
  expect(answers[10]?.text).toContain("Too many attempts. Try again in 15 minutes.");
});

describe("known, unknown, disabled, unverified and without a password: the same answers to the letter", () => {
  test.each(asked.map((one, index) => [one.what, one, index] as const))("%s", async (_, { ask, statuses }, index) => {
    const [first, ...others] = await answersToEach(index, ask);
    expect(first?.answers.map(({ status }) => status)).toEqual(statuses);
    for (const { kind, answers } of others) expect({ kind, answers }).toEqual({ kind, answers: first?.answers });
  });
});
