import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { DeviceInput } from "@/lib/devices/schema";
import { type Begun, beginSession, type NewSession } from "@/lib/sessions/begin-session";
import type { SessionCredential } from "@/lib/sessions/credential";
import { issueTokens } from "@/lib/tokens/issue-tokens";
import type { Tokens } from "@/lib/tokens/schema";
import { startLine } from "@/lib/tokens/start-line";

/** The browser that signs in: what its device cookie names, and the live session cookie that came along. */
export type SigningBrowser = { browserId: string; prior: SessionCredential | null };

/** How it wants to be signed in. */
export type SigningInput = { remember?: boolean | undefined; client?: "browser" | "native" | undefined; device?: DeviceInput | undefined };

/** A session that has just begun; `tokens` for a native client, which has no cookie. */
export type SignedInNow = Begun & { tokens: Tokens | null };

/**
 * The one way to a session, whatever the method of signing in: call it when, and only when, it is proven who asks.
 * `verifiedHash` is the password hash that the proof was made with. Errors: `invalid_credentials` (changed or
 * disabled meanwhile), and those of `also`.
 */
export async function completeSignIn(
  context: Context,
  proven: Pick<NewSession, "userId" | "verifiedHash" | "also">,
  browser: SigningBrowser,
  { remember = false, client = "browser", device }: SigningInput,
): Promise<SignedInNow | Failure> {
  if (client === "browser") {
    const begun = await beginSession(context, { ...proven, ...browser, client, remember });
    return isFailure(begun) ? begun : { ...begun, tokens: null };
  }
  let refreshToken = "";
  const begun = await beginSession(context, {
    ...proven,
    browserId: browser.browserId,
    prior: null,
    client,
    app: device ?? {},
    remember,
    begun: async (tx, session) => {
      refreshToken = await startLine(tx, session);
    },
  });
  if (isFailure(begun)) return begun;
  const { u: userId, s: id, t: ttlSeconds, a } = begun.credential;
  const session = { id, userId, ttlSeconds, absoluteExpiresAt: new Date(a) };
  const tokens = await issueTokens(context, session, refreshToken, Date.parse(begun.session.expiresAt) - Date.parse(begun.session.createdAt));
  return { ...begun, tokens };
}
