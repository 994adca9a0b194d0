import { checkReadiness } from "@/lib/platform/check-readiness";
import { getServices } from "./services";

/**
 * 200 when everything answers, else 503; says which part does not. A clock that differs is said and no reason to send
 * nobody here: were it Redis' own, that would stop every instance at once, over a second lock on a door with two.
 */
export async function ready(): Promise<Response> {
  const readiness = await checkReadiness(await getServices());
  const status = Object.values(readiness).every((state) => state === "ok" || state === "clock") ? 200 : 503;
  return Response.json(readiness, { status, headers: { "cache-control": "no-store", ...(status === 503 ? { "retry-after": "2" } : {}) } });
}
