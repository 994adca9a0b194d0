import Link from "next/link";
import type { ReactNode } from "react";

export type Cell = string | number | { words: string; href: string };
export type Table = { head: readonly string[]; rows: readonly (readonly Cell[])[] };

/** The picture as a table, for whoever reads rather than looks; beside what opens it stand the other ways to go on. */
export function DataTable({ title, table: { head, rows }, children }: { title: string; table: Table; children: ReactNode }) {
  return (
    <>
      <details className="peer group order-last w-full open:mt-1 [&:not([open])]:order-first [&:not([open])]:w-auto">
        <summary className="inline-flex min-h-8 items-center text-quiet underline-offset-2 hover:text-ink hover:underline">
          <span className="group-open:hidden">As a table</span>
          <span className="hidden group-open:inline">Close the table</span>
          <span className="sr-only">: {title}</span>
        </summary>
        <div className="mb-2 overflow-clip rounded-md border">
          <table className="w-full border-collapse text-13">
            <caption className="sr-only">{title}</caption>
            <thead className="bg-sunken">
              <tr>
                {head.map((name, column) => (
                  <th key={name} scope="col" className={column === 0 ? "px-1.5 sm:px-3 py-1.5 text-start font-medium" : "px-1.5 sm:px-3 py-1.5 text-end font-medium"}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y">
              {rows.map((cells, row) => (
                <tr key={row}>
                  {cells.map((cell, column) =>
                    column === 0 ? (
                      <th key={column} scope="row" className="px-1.5 sm:px-3 py-1 text-start font-normal">
                        <CellWords cell={cell} />
                      </th>
                    ) : (
                      <td key={column} className="figures px-1.5 sm:px-3 py-1 text-end">
                        <CellWords cell={cell} />
                      </td>
                    ),
                  )}
                </tr>
              ))}
              {rows.length === 0 && (
                <tr>
                  <td colSpan={head.length} className="px-1.5 sm:px-3 py-2 text-quiet">
                    Nothing in these days.
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      </details>
      {children}
    </>
  );
}

function CellWords({ cell }: { cell: Cell }) {
  if (typeof cell === "number") return cell.toLocaleString("en");
  if (typeof cell === "string") return <bdi>{cell}</bdi>;
  return (
    <Link href={cell.href} prefetch={false} className="underline decoration-line underline-offset-2 hover:decoration-current">
      <bdi>{cell.words}</bdi>
    </Link>
  );
}
