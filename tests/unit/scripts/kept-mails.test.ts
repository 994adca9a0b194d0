import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { keepMails } from "@/scripts/servers/mail-server/kept-mails";

const folder = mkdtempSync(join(tmpdir(), "latchkey-mails-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rawOf = (count: number) => Buffer.from(`Message-ID: <${count}@localhost>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= ${count}\r\nTo: somebody@else.example\r\n\r\nText ${count}\r\n`);

test("the last 500 mails are kept, as they came, for the next start too", async () => {
  const mails = await keepMails(folder);
  for (let count = 1; count <= 503; count++) await mails.add({ from: "a@b.example", to: ["c@d.example"], raw: rawOf(count) });
  expect(mails.list()).toHaveLength(500);
  expect(readdirSync(folder)).toHaveLength(500);
  expect(mails.list()[0]).toMatchObject({ messageId: "<503@localhost>", from: "a@b.example", to: ["c@d.example"], subject: "Grüße 503", text: "Text 503\n" });

  // What a kill left half written.
  writeFileSync(join(folder, "0198d000-0000-7000-8000-000000000000.json.new"), "{");
  const again = await keepMails(folder);
  expect(again.list()).toEqual(mails.list());
  expect(again.raw(again.list()[499]?.id ?? "")).toEqual(rawOf(4));
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
});

test("no file but a mail's is read", async () => {
  const mails = await keepMails(folder);
  for (const id of ["../secrets", "..%2fsecrets", "", "x"]) expect(mails.raw(id)).toBeNull();
  mails.clear();
  expect(mails.list()).toEqual([]);
});
