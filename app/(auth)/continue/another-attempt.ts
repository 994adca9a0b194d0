import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { type Lead, leadTo } from "@/lib/web/action";

/**
 * Where a form of `/continue` leads that was about another attempt than this browser holds by now: one cookie holds one, and two may be
 * open in two tabs. The page is shown anew and says so, and nothing is done: nobody pressed for that. `attempt` is the id that stands in the form.
 */
export function leadToAnother(held: AttemptCredential | null, attempt: string | undefined): Lead | null {
  return held === null || held.a === attempt ? null : leadTo("/continue?stale=1");
}
