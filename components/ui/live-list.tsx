"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

export type LiveItem = { key: string; node: ReactNode };
type Shown = LiveItem & { state: "still" | "new" | "leaving" };

const LEAVES_WITHIN = 200;
const NEW_FOR = 60_000;

const NewContext = createContext(false);

/** Whether the row around has come within the last minute, while the page was open. */
export function useIsNew(): boolean {
  return useContext(NewContext);
}

/** The rows to show next: those that are gone stay in their place for as long as they take to leave. */
function merge(shown: readonly Shown[], items: readonly LiveItem[]): Shown[] {
  const before = new Map(shown.map((row) => [row.key, row]));
  const next: Shown[] = items.map((item) => {
    const was = before.get(item.key);
    return { ...item, state: was && was.state !== "leaving" ? was.state : "new" };
  });
  const kept = new Set(items.map((item) => item.key));
  shown.forEach((row, index) => {
    if (!kept.has(row.key)) next.splice(Math.min(index, next.length), 0, { ...row, state: "leaving" });
  });
  return next;
}

/** A list whose rows come and go while one looks: what leaves folds away, what comes is marked for a minute. */
export function LiveList({ items, label }: { items: LiveItem[]; label: string }) {
  const [given, setGiven] = useState(items);
  const [shown, setShown] = useState<Shown[]>(() => items.map((item) => ({ ...item, state: "still" })));
  if (given !== items) {
    setGiven(items);
    setShown(merge(shown, items));
  }

  const leaving = shown.some((row) => row.state === "leaving");
  useEffect(() => {
    if (!leaving) return;
    const timer = setTimeout(() => setShown((rows) => rows.filter((row) => row.state !== "leaving")), LEAVES_WITHIN);
    return () => clearTimeout(timer);
  }, [leaving]);

  const newest = shown.filter((row) => row.state === "new").map((row) => row.key).join();
  useEffect(() => {
    if (!newest) return;
    const keys = new Set(newest.split(","));
    const timer = setTimeout(
      () => setShown((rows) => rows.map((row) => (row.state === "new" && keys.has(row.key) ? { ...row, state: "still" } : row))),
      NEW_FOR,
    );
    return () => clearTimeout(timer);
  }, [newest]);

  return (
    <ul aria-label={label} className="overflow-clip rounded-lg border bg-surface">
      {shown.map((row) => (
        <li key={row.key} data-state={row.state} aria-hidden={row.state === "leaving" || undefined} className="fold border-b last:border-b-0">
          <div>
            <NewContext value={row.state === "new"}>{row.node}</NewContext>
          </div>
        </li>
      ))}
    </ul>
  );
}
