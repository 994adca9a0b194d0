import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { isBegunAttempt, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import { signUp } from "@/lib/auth/sign-up";
import type { Begun } from "@/lib/sessions/begin-session";
import { contextOf } from "@/tests/support/context";

export const PASSWORD = "seventeen blue kettles";

let made = 0;

/** A browser that was never here. */
export function newBrowser(): SigningBrowser {
  return { browserId: newId(), prior: null };
}

/** A request from a site of the documentation network that no test has used before. */
export function visitor(context: Context, address = `2001:db8:${(++made).toString(16)}:1::1`): Context {
  return contextOf(context, { address, userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0" });
}

/** A new account, signed in. */
export async function newAccount(context: Context): Promise<{ email: string; browser: SigningBrowser; begun: Begun; user: UserContext }> {
  const email = `visitor-${newId()}@example.com`;
  const browser = newBrowser();
  const request = visitor(context);
  let begun = await signUp(request, { email, password: PASSWORD, name: "Zo Li" }, browser);
  // A busy machine may ask to come again, as it would of anyone.
  for (let again = 0; again < 3 && isFailure(begun) && begun.failure === "unavailable"; again++) begun = await signUp(request, { email, password: PASSWORD, name: "Zo Li" }, browser);
  if (isFailure(begun) || isBegunAttempt(begun)) throw new Error("not signed in");
  return { email, browser, begun, user: { ...request, actor: { kind: "user", userId: begun.user.id, sessionId: begun.session.id } } };
}

/** How often each outcome stands in `results`. */
export function tally(results: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const outcome = isFailure(result) ? result.failure : "ok";
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
