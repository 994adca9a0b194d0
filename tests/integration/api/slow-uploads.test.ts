import { Readable } from "node:stream";
import { beforeAll, expect, test } from "vitest";
import { photo } from "@/tests/support/pictures";
import { sharedApp } from "@/tests/support/shared-app";
import type { TestApp } from "@/tests/support/start-app";
import { MULTIPART, multipart, upload } from "@/tests/support/uploads";
import { type HttpClient, PASSWORD, signedIn, signedUp } from "./http-client";

let app: TestApp;
let jpeg: Buffer;

beforeAll(async () => {
  ({ app } = await sharedApp());
  jpeg = await photo().jpeg().toBuffer();
}, 300_000);

/** Uploads with the cookies that the browser has now; in the middle of the file `meanwhile` happens. */
async function uploadSlowly({ jar }: HttpClient, meanwhile: () => Promise<unknown>): Promise<Response> {
  const body = multipart([{ name: "file", content: jpeg }]);
  async function* pieces() {
    yield body.subarray(0, 1000);
    await meanwhile();
    yield body.subarray(1000);
  }
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { origin: app.url, cookie, ...MULTIPART };
  return fetch(`${app.url}/api/users/me/avatar`, { method: "POST", duplex: "half", body: Readable.toWeb(Readable.from(pieces())), headers } as unknown as RequestInit);
}

test("a session that ends while the file is still coming changes nothing", async () => {
  const { client: owner, email } = await signedUp(app.url);
  const thief = await signedIn(app.url, email);
  expect((await upload(owner, jpeg)).status).toBe(200);
  const imageOf = async () => (await owner.send("GET", "/api/users/me")).body.image;
  const before = await imageOf();
  const answer = await uploadSlowly(thief.client, () => owner.send("POST", "/api/auth/logout-all", { keepCurrent: true }));
  expect(answer.status).toBe(401);
  expect(await imageOf()).toEqual(before);
});

test("who signs in anew in another tab while the file is still coming keeps the newer cookie", async () => {
  const { client: browser, email } = await signedUp(app.url);
  const answer = await uploadSlowly(browser, async () => {
    expect((await browser.send("POST", "/api/auth/signin", { email, password: PASSWORD })).status).toBe(200);
  });
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect((await browser.send("GET", "/api/auth/session")).status).toBe(200);
  expect((await upload(browser, jpeg)).cookies, "an upload slides like any use").toEqual([expect.stringMatching(/^latchkey=/)]);
});
