import { expect, test } from "vitest";
import { csvLine } from "@/lib/core/csv";

/** One cell, as a reader of CSV gets it. */
function read(cell: string): string {
  const line = csvLine([cell]);
  expect(line).toMatch(/^"(?:[^"]|"")*"\r\n$/);
  return line.slice(1, -3).replaceAll('""', '"');
}

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\u00A0=1", "\u200B=1", "\uFEFF@x", "\u0000=1", "\uFF1D1", "\uFF0B1", "\uFF0D1", "\uFF20x", "\tplain", "\rplain", "\nplain"])(
  "%j is text to a spreadsheet",
  (cell) => expect(read(cell)).toBe(`'${cell}`),
);

test.each(["", "plain", "a=b", "ana@example.org", "2026-01-01T00:00:00.000Z", "203.0.113.7", '{"a":"=1"}', "1-2"])("%j stays as it is", (cell) => expect(read(cell)).toBe(cell));

test.each([
  ["x;=1", "x;'=1"],
  ["x\t+1", "x\t'+1"],
  ["x|-1", "x|'-1"],
  ["x\r\n@y", "x\r'\n'@y"],
  ['x;"=1', `x;'"=1`],
  ["x;\uFEFF =1;-2", "x;'\uFEFF =1;'-2"],
  ["\t=1", "'\t'=1"],
  ["\r=1", "'\r'=1"],
  ["\n=1", "'\n'=1"],
])("%j is text where cells are parted by something else than commas", (cell, text) => expect(read(cell)).toBe(text));

test("quotes, commas and line ends stay inside their cell", () => {
  expect(csvLine(['a"b', "c,d", "e\r\nf"])).toBe('"a""b","c,d","e\r\nf"\r\n');
});
