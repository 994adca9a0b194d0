/** All that one change of a picture may take once its file is there, milliseconds (DESIGN 6). */
export const CHANGE_BUDGET_MS = 15_000;
/** What the transaction may need at the very end, and the usual time from the decoder to it. */
const COMMIT_MS = 3_500;
const MAKING_MS = 1_000;

export type ChangeTimes = {
  /** When, of `performance.now()`, decoding must have begun, and the commit: a change whose answer nobody waits for any more is none. */
  decodeBy: number;
  commitBy: number;
  /** Milliseconds since it began. */
  soFar(): number;
};

export function changeTimes(): ChangeTimes {
  const started = performance.now();
  const commitBy = started + CHANGE_BUDGET_MS - COMMIT_MS;
  return { decodeBy: commitBy - MAKING_MS, commitBy, soFar: () => Math.round(performance.now() - started) };
}
