import type { z } from "zod";
import { csvLine } from "@/lib/core/csv";
import { type FigureName, figureSchemas, type Insights } from "./schema";

/** One figure as a table with a heading, whose rows are those of the figure; what is not known is empty. */
export function figureAsCsv({ figures }: Insights, figure: FigureName): string {
  const heading = headingOf(figureSchemas[figure].element);
  return [heading, ...figures[figure].map(flat).map((row) => heading.map((name) => row[name] ?? null))].map((cells) => csvLine(cells.map(cellOf))).join("");
}

function headingOf({ shape }: z.ZodObject): string[] {
  return Object.entries(shape).flatMap(([name, value]) => ("shape" in value ? headingOf(value as z.ZodObject).map((part) => `${name} ${part}`) : [name]));
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
