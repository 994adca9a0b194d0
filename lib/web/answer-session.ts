import { signedInSchema } from "@/lib/auth/schema";
import { fail } from "@/lib/core/errors";
import type { Identity } from "@/lib/sessions/identity";
import { problem } from "./problem";

/** `GET /api/auth/session`: this call is the middleware's own question, so it is answered there. */
export function answerSession(identity: Identity, requestId: string): Response {
  if (identity.state === "unknown") return problem(fail("unavailable"), requestId);
  if (identity.state === "anonymous") return problem(fail("unauthenticated", identity.ended ? { detail: `This session has ended: ${identity.ended.reason}.` } : {}), requestId);
  const { user, session } = identity;
  return Response.json(signedInSchema.parse({ user, session }), {
    headers: { "cache-control": "private, no-store", "x-request-id": requestId },
  });
}
