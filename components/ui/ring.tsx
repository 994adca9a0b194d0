"use client";

import { useTicking } from "./clock";

/** A ring that empties between two times: how much of the time without use is left. Decoration; the words stand beside it. */
export function Ring({ from, to }: { from: string; to: string }) {
  const start = Date.parse(from);
  const end = Date.parse(to);
  const left = useTicking((now) => Math.round(100 * Math.min(1, Math.max(0, (end - now) / Math.max(1, end - start)))));
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" fill="none" aria-hidden="true" className="shrink-0 -rotate-90">
      <circle cx="8" cy="8" r="6" strokeWidth="2.5" className="stroke-line" />
      {left > 0 && <circle cx="8" cy="8" r="6" strokeWidth="2.5" pathLength="100" strokeDasharray={`${left} 100`} className="stroke-accent" />}
    </svg>
  );
}
