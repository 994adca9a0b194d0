import { csvLine } from "@/lib/core/csv";
import type { FigureName, Insights } from "./schema";

/** One figure as a table with a heading, whose rows are those of the figure; what is not known is empty. */
export function figureAsCsv({ figures }: Insights, figure: FigureName): string {
  const rows = figures[figure].map(flat);
  const heading = rows[0] ? Object.keys(rows[0]) : [];
  return [heading, ...rows.map((row) => Object.values(row))].map((cells) => csvLine(cells.map(cellOf))).join("");
}

type Cell = string | number | null;

function flat(row: Record<string, unknown>): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      typeof value === "object" && value !== null ? Object.entries(value as Record<string, Cell>).map(([part, cell]) => [`${name} ${part}`, cell]) : [[name, value as Cell]],
    ),
  );
}

function cellOf(cell: Cell): string {
  return cell === null ? "" : String(cell);
}
