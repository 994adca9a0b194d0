import { fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { problem } from "@/lib/web/problem";

/** Whatever else is asked below /api: Next's own answer would be a page. */
function nothingHere(): Response {
  return problem(fail("not_found"), newId());
}

export {
  nothingHere as GET,
  nothingHere as HEAD,
  nothingHere as POST,
  nothingHere as PUT,
  nothingHere as PATCH,
  nothingHere as DELETE,
  nothingHere as OPTIONS,
};
