"use client";

import { useRef, useState } from "react";
import { classes } from "@/components/ui/classes";
import type { PickedBefore, SessionActions } from "./admin-actions";
import type { SessionRow } from "./row-views";
import { SelectionBar } from "./selection-bar";
import { SessionTableRow } from "./session-table-row";
import { useRowKeys } from "./use-row-keys";

type Props = {
  caption: string;
  rows: SessionRow[];
  /** Null for who may only look. */
  actions: SessionActions | null;
  /** The address of this page, with what it shows. */
  page: string;
  /** What was picked, and why, before something else was asked first. */
  typed?: PickedBefore | null;
  /** Where every row is of the same user, nobody needs to read who. */
  ofOne?: boolean;
  /** Below the filters that stay in sight. */
  stuck?: boolean;
};

const FORM = "picked-sessions";

/** Dense where there is room, rows of two lines on a phone. */
export function SessionTable({ caption, rows, actions, page, typed = null, ofOne = false, stuck = false }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(typed?.picked));
  useRowKeys(table);

  // A row that has ended or left the page meanwhile is picked no more.
  const able = rows.filter(({ endedAt, current, beyond }) => endedAt === null && !current && !beyond).map(({ id }) => id);
  const picked = able.filter((id) => chosen.has(id));

  function pick(ids: string[], on: boolean) {
    setChosen((before) => new Set(on ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))));
  }

  const heading = classes("bg-surface border-b px-2 py-2 text-start font-medium whitespace-nowrap first:ps-4 last:pe-4 lg:sticky lg:z-[1]", stuck ? "lg:top-[5.3rem]" : "lg:top-0");
  return (
    <>
      <table ref={table} className="block w-full rounded-lg border bg-surface text-13 lg:table lg:border-separate lg:border-spacing-0">
        <caption className="sr-only">{caption}</caption>
        <thead className="max-lg:sr-only">
          <tr className="text-quiet">
            {actions && (
              <th scope="col" className={classes(heading, "w-9 rounded-ss-lg")}>
                <input
                  type="checkbox"
                  aria-label="Pick all on this page"
                  disabled={able.length === 0}
                  checked={able.length > 0 && picked.length === able.length}
                  onChange={(event) => pick(able, event.target.checked)}
                  className="block size-4 accent-accent"
                />
              </th>
            )}
            {[...(ofOne ? [] : ["Who"]), "Device", "Where", "Began", "Last used", "Ends"].map((words) => (
              <th key={words} scope="col" className={classes(heading, "first:rounded-ss-lg last:rounded-se-lg")}>
                {words}
              </th>
            ))}
            {actions && (
              <th scope="col" className={classes(heading, "rounded-se-lg")}>
                <span className="sr-only">What to do</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody className="max-lg:block max-lg:divide-y">
          {rows.map((row) => (
            <SessionTableRow
              key={row.id}
              row={row}
              actions={actions}
              ofOne={ofOne}
              formId={FORM}
              picked={chosen.has(row.id)}
              onPick={(on) => pick([row.id], on)}
            />
          ))}
        </tbody>
      </table>
      {actions && <SelectionBar picked={picked} onClear={() => setChosen(new Set())} action={actions.endSelected} formId={FORM} page={page} again={typed} />}
    </>
  );
}
