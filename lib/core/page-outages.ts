import { isOutage } from "./outage";
import { singleton } from "./singleton";

/**
 * Pages under way, by a number that the front server gives each, and whether an outage is why one of them cannot be
 * shown. Next tells the reason of a failure to instrumentation.ts, and the front server only that there was one.
 */
const state = () => singleton("pages", () => ({ last: 0, outages: new Map<string, boolean>() }));

/** A page is asked for: its number, until `endPage`. */
export function beginPage(): string {
  const page = String(++state().last);
  state().outages.set(page, false);
  return page;
}

/** What a page failed with. */
export function notePageFailure(page: unknown, error: unknown): void {
  const { outages } = state();
  if (typeof page === "string" && outages.has(page) && isOutage(error)) outages.set(page, true);
}

export function failedInOutage(page: string): boolean {
  return state().outages.get(page) === true;
}

export function endPage(page: string): void {
  state().outages.delete(page);
}
