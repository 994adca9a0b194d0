import { readAvatar } from "@/lib/avatars/read-avatar";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { holdsTag } from "./holds-tag";
import { anonymousContext } from "./identify";
import { problem } from "./problem";
import { requestFacts } from "./request-facts";
import { getServices } from "./services";

/**
 * A picture's file, for anyone and for ever: another picture has another address. The policy keeps a file that a
 * browser should take for a document from doing anything.
 */
export async function answerAvatar(request: Request, params: Record<string, string>): Promise<Response> {
  const context = anonymousContext(await getServices(), requestFacts(request.headers));
  const { userId = "", version = "", size = "" } = params;
  const known = request.headers.get("if-none-match");
  let found: Awaited<ReturnType<typeof readAvatar>> | Failure;
  try {
    found = await withinRequest(context, readAvatar(context, { userId, version, size }, (tag) => holdsTag(known, tag)));
  } catch (error) {
    const outage = isOutage(error);
    context.log[outage ? "warn" : "error"]({ err: error }, "picture not served");
    found = fail(outage ? "unavailable" : "internal");
  }
  if (isFailure(found)) return problem(found, context.request.id);
  const headers = {
    etag: found.tag,
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
  };
  if (found.bytes === null) return new Response(null, { status: 304, headers });
  return new Response(new Uint8Array(found.bytes), { headers: { ...headers, "content-type": "image/webp" } });
}
