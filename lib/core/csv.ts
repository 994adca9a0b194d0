/**
 * One line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it, so that
 * it is read as text: the names of devices and people are theirs to choose (OWASP, CSV Injection). Full-width signs
 * count too; blanks before the sign do not help it. So does what stands behind a semicolon, a tab, a bar or a line end: where
 * semicolons part cells, as in Excel in half of Europe, the quotes of these lines hold nothing together, and a cell begins there.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${harmless(cell).replaceAll('"', '""')}"`).join(",")}\r\n`;
}

function harmless(cell: string): string {
  return cell.replace(/(?<=^|[;|\t\r\n])(?=[\s\p{C}"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])|^(?=[\t\r\n])/gu, "'");
}
