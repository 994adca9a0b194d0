import { Download } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { classes } from "@/components/ui/classes";
import { textLink } from "@/components/ui/text-link";
import type { FigureName, InsightDays } from "@/lib/insights/schema";
import type { Table } from "./data-table";
import { DataTable } from "./data-table";

type Props = {
  title: string;
  /** What it shows, as a number or a sentence. */
  lead?: ReactNode;
  figure: FigureName;
  days: InsightDays;
  table: Table;
  /** Where what it counts is listed; none for who may not see it. */
  lists?: readonly ({ href: string; words: string } | null | false)[];
  children: ReactNode;
  className?: string;
};

/** A picture with its sentence above it, and what it is made of below: its list, its table, its file. */
export function Figure({ title, lead, figure, days, table, lists = [], children, className }: Props) {
  const id = `figure-${figure}`;
  return (
    <section aria-labelledby={id} className={classes("flex min-w-0 flex-col rounded-lg border bg-surface px-4 pt-4 pb-3 sm:px-5", className)}>
      <h2 id={id} className="text-16 font-semibold">
        {title}
      </h2>
      {lead && <p className="mt-0.5 text-pretty text-quiet">{lead}</p>}
      <div className="mt-4 mb-3 grow">{children}</div>
      <div className="flex flex-wrap items-start gap-x-5 text-13">
        <DataTable title={title} table={table}>
          {lists.map(
            (list) =>
              list && (
                <Link key={list.href} href={list.href} prefetch={false} className={classes(textLink, "inline-flex min-h-8 items-center font-normal")}>
                  {list.words}
                </Link>
              ),
          )}
          <a href={`/api/admin/insights?days=${days}&format=csv&figure=${figure}`} download className="inline-flex min-h-8 items-center gap-1.5 text-quiet hover:text-ink">
            <Download size={13} aria-hidden="true" />
            CSV<span className="sr-only"> of {title}</span>
          </a>
        </DataTable>
      </div>
    </section>
  );
}
