import { request } from "node:http";
import { beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { checkSettings } from "@/lib/platform/env";
import { type Mailer, openMailer } from "@/lib/platform/mailer";
import { startMail } from "@/scripts/servers/mail";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { testSettings } from "@/tests/support/test-settings";

let server: TestMail;
let mailer: Mailer;

beforeAll(async () => {
  server = await startTestMail();
  mailer = mailerOf(server.env);
});

function mailerOf(env: Record<string, string>): Mailer {
  const { settings } = checkSettings({ ...testSettings, DATABASE_URL: "postgres://x", REDIS_URL: "redis://x", ...env });
  return openMailer(settings as NonNullable<typeof settings>) as Mailer;
}

const send = (to: string, html = "<p>Words</p>") => mailer.send({ id: newId(), to, subject: `<b>To ${to}</b>`, html, text: "<i>Words</i>" });

test("what came is there after a kill, and a test waits for what comes", async () => {
  await send("first@latchkey.example");
  await server.kill();
  await server.start();
  const later = server.waitFor(({ to }) => to.includes("second@latchkey.example"));
  await send("second@latchkey.example");
  expect((await later).subject).toBe("<b>To second@latchkey.example</b>");
  expect((await server.mails()).map(({ to }) => to[0])).toEqual(["first@latchkey.example", "second@latchkey.example"]);
  expect(await server.mails("first@latchkey.example")).toHaveLength(1);
  await expect(server.waitFor(() => false, 100)).rejects.toThrow("second@latchkey.example");
});

test("a mail is shown where it can run and load nothing, and its words are no markup of the page's", async () => {
  await send("ada@latchkey.example", '<script>alert(1)</script><img src="http://evil.example/p.png">');
  const { id } = await server.waitFor(({ to }) => to.includes("ada@latchkey.example"));
  const [list, page, text, html, raw] = await Promise.all(["/", `/mails/${id}`, `/mails/${id}/text`, `/mails/${id}/html`, `/mails/${id}/raw`].map(async (path) => {
    const response = await fetch(server.inboxUrl + path);
    return { status: response.status, policy: response.headers.get("content-security-policy") ?? "", type: response.headers.get("content-type"), body: await response.text() };
  }));
  for (const shown of [list, page, text]) {
    expect(shown?.policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; frame-src 'self';/);
    expect(shown?.body).not.toMatch(/<b>To|<i>|<script/);
  }
  expect(page?.body).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  expect(html?.policy).toMatch(/^default-src 'none'; .*; sandbox allow-popups allow-popups-to-escape-sandbox$/);
  expect(html?.policy).not.toMatch(/script-src|allow-scripts|allow-same-origin/);
  expect(raw).toMatchObject({ type: "text/plain; charset=utf-8", body: expect.stringContaining("Message-ID:") as string });
});

test("another site cannot read it by a name of its own, nor tell it anything", async () => {
  expect(await statusAt("evil.example")).toBe(421);
  expect(await statusAt(new URL(server.inboxUrl).host)).toBe(200);
  expect((await fetch(`${server.inboxUrl}/api/mails`, { method: "DELETE" })).status).toBe(415);
  expect((await fetch(`${server.inboxUrl}/api/behaviour`, { method: "PUT", headers: { "content-type": "text/plain" }, body: '{"kind":"hang"}' })).status).toBe(415);
});

/** fetch sets the Host header itself. */
function statusAt(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${server.inboxUrl}/api/mails`, { headers: { host } }, (response) => resolve(response.resume().statusCode)).once("error", reject).end();
  });
}

test("a trial's takes mail and can be told nothing", async () => {
  const { folder, remove } = await makeTemporaryFolder();
  const trial = await startMail({ folder });
  atEnd(async () => {
    await trial.stop();
    await remove();
  });
  const json = { "content-type": "application/json" };
  for (const [method, path] of [["PUT", "/api/behaviour"], ["DELETE", "/api/mails"], ["POST", "/"]] as const) {
    expect((await fetch(trial.inboxUrl + path, { method, headers: json, body: '{"kind":"hang"}' })).status).toBe(405);
  }
});
