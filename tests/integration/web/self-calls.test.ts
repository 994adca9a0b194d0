import { request } from "node:http";
import { beforeAll, expect, test } from "vitest";
import { type AttackedApp, attackedApp } from "./attacked-app";
import { formOf, multipart } from "./page-form";

/** The app is asked from here, and would ask itself from 127.0.0.1. */
const CLIENT = "127.0.0.3";
const PASSWORD = "seventeen blue kettles";

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string };

let app: AttackedApp;

beforeAll(async () => {
  app = await attackedApp();
}, 300_000);

function send(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: app.port, localAddress: CLIENT, method, path, headers: { origin: app.url, ...headers } };
    const sent = request(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk)).on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Calls the action of a page's form as the browser's scripts do, at the path given. */
async function callAction(page: string, at: string, fields: Record<string, string>, cookie = ""): Promise<Answer> {
  const form = formOf((await send("GET", page, { cookie })).text, Object.keys(fields)[0] as string);
  const id = /"id":"([0-9a-f]+)"/.exec(JSON.stringify(form).replaceAll("\\", ""))?.[1] ?? expect.fail("the form names no action");
  const entries = Object.entries(fields).map(([name, value]) => [`_1_${name}`, value] as const);
  // React writes the root behind what it refers to.
  const { type, body } = multipart([...entries, ["0", '[{"status":"idle"},"$K1"]']]);
  return send("POST", at, { cookie, "next-action": id, "content-type": type, accept: "text/x-component" }, body);
}

function cookieOf({ headers }: Answer): string {
  return (headers["set-cookie"] as string[]).map((cookie) => cookie.split(";")[0]).join("; ");
}

async function addresses(cookie: string): Promise<string[]> {
  return JSON.parse((await send("GET", "/api/auth/ips", { cookie })).text).items.map((ip: { address: string }) => ip.address);
}

test("an action that leads to another page asks nobody for it: the account was used from the browser's address and no other", async () => {
  const up = await callAction("/sign-up", "/sign-up", { email: "self@example.org", name: "Zo Li", password: PASSWORD });
  expect([up.status, up.headers["x-action-redirect"]]).toEqual([200, undefined]);
  expect(up.text).toContain('{"status":"leaving","to":"/devices"}');
  expect(await addresses(cookieOf(up))).toEqual([CLIENT]);
  const again = await callAction("/sign-in", "/sign-in?next=%2Factivity", { email: "self@example.org", password: PASSWORD, next: "/activity" });
  expect(again.text).toContain('{"status":"leaving","to":"/activity"}');
  expect(await addresses(cookieOf(again))).toEqual([CLIENT]);
});

test("a plain form still gets a 303", async () => {
  const page = await send("GET", "/sign-in");
  const { type, body } = multipart({ ...formOf(page.text, "email"), email: "self@example.org", password: PASSWORD });
  const answer = await send("POST", "/sign-in", { "content-type": type }, body);
  expect([answer.status, answer.headers.location]).toEqual([303, "/devices"]);
  expect(await addresses(cookieOf(answer))).toEqual([CLIENT]);
});

test.each(["/sign-up", "/devices", "/nowhere", "/admin/users/x"])("an action that is called at %s, which has it not, is not sent on in the app's own name", async (at) => {
  const answer = await callAction("/sign-in", at, { email: "self@example.org", password: PASSWORD });
  expect([answer.status, answer.headers["x-nextjs-action-not-found"], answer.headers["set-cookie"]]).toEqual([404, "1", undefined]);
});

test("nothing was written but log lines", () => {
  expect(app.output().split("\n").filter((line) => line !== "" && !line.startsWith("{") && !line.startsWith("✓ Running next.config"))).toEqual([]);
});
