import type { Context } from "@/lib/core/context";

/** Says that a budget keeps a mail back: somebody may wait for it in vain, and no page tells. `id`: of one that was queued. Null, for nothing is sent. */
export function overBudget({ log }: Context, { id, kind }: { id?: string; kind: string }): null {
  log.info({ kind, ...(id && { mail: id }) }, "mail: over its budget, and not sent");
  return null;
}
