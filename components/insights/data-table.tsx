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
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- on a narrow screen it scrolls sideways, by keyboard too */}
        <div role="region" aria-label={`${title}, as a table`} tabIndex={0} className="mb-2 overflow-x-auto rounded-md border">
          <table className="table-of-figures w-full border-collapse text-13 wrap-break-word">
            <caption className="sr-only">{title}</caption>
            <thead className="bg-sunken">
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
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
                      <th key={column} scope="row">
                        <CellWords cell={cell} />
                      </th>
                    ) : (
                      <td key={column} className="whitespace-nowrap">
                        <CellWords cell={cell} />
                      </td>
                    ),
                  )}
                </tr>
              ))}
              {rows.length === 0 && (
                <tr>
                  <td colSpan={head.length}>
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
  // A plain link: there are hundreds, and each of Next's would be a part of the page that wakes up.
  return (
    <a href={cell.href}>
      <bdi>{cell.words}</bdi>
    </a>
  );
}
