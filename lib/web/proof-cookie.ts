import { PROOF_HEADER } from "@/lib/core/headers";
import type { Settings } from "@/lib/platform/env";
import { bearerToken } from "./bearer";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";
import type { RequestHeaders } from "./request-headers";

const NAME = "latchkey-proof";

/** The secret of the step-up that a request brings along, apart from its session: whoever stole the one has not the other. */
export function readProof(settings: Settings, headers: RequestHeaders): string | null {
  if (bearerToken(headers) !== null) return headers.get(PROOF_HEADER);
  return rawCookie(headers.get("cookie"), cookieName(settings.APP_URL, NAME).name);
}

/** Not sealed: it says nothing, and is compared with the hash in the session's row. */
export function proofCookie(settings: Settings, secret: string): SetCookie {
  return { ...cookieName(settings.APP_URL, NAME), value: secret, maxAge: settings.STEP_UP_MINUTES * 60 };
}
