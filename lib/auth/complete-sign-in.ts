import type { Context } from "@/lib/core/context";
import type { Failure } from "@/lib/core/errors";
import { type Begun, beginSession, type NewSession } from "@/lib/sessions/begin-session";
import type { SessionCredential } from "@/lib/sessions/credential";

/** The browser that signs in: what its device cookie names, and the live session cookie that came along. */
export type SigningBrowser = { browserId: string; prior: SessionCredential | null };

/**
 * The one way to a session, whatever the method of signing in: call it when, and only when, it is proven who asks.
 * `verifiedHash` is the password hash that the proof was made with. Errors: `invalid_credentials` (changed or
 * disabled meanwhile), and those of `also`.
 */
export async function completeSignIn(
  context: Context,
  proven: Pick<NewSession, "userId" | "verifiedHash" | "also">,
  browser: SigningBrowser,
  remember: boolean,
): Promise<Begun | Failure> {
  return beginSession(context, { ...proven, ...browser, remember });
}
