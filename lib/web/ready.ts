import { isDraining } from "@/lib/core/draining";
import { singleton } from "@/lib/core/singleton";
import { checkReadiness, type Readiness } from "@/lib/platform/check-readiness";
import type { Services } from "@/lib/platform/services";
import { getServices } from "./services";

const FRESH_MS = 1_000;

/**
 * 200 when everything answers, else 503; says which part does not. 503 with three times "ok" is an instance that drains.
 * `?only=draining` asks for that alone, and no store: what is away is away for every instance, and a balancer that took
 * them all out would show a bare error in place of all that still works (DESIGN 6).
 * A clock that differs is said and no reason to send nobody here: were it Redis' own, that would stop every instance at
 * once, over a second lock on a door with two.
 */
export async function ready(request: Request): Promise<Response> {
  if (new URL(request.url).searchParams.get("only") === "draining") return answer({ draining: isDraining() }, !isDraining());
  const readiness = await lastReadiness(await getServices());
  const answering = Object.values(readiness).every((state) => state === "ok" || state === "clock");
  return answer(readiness, answering && !isDraining());
}

function answer(body: object, isReady: boolean): Response {
  return Response.json(body, { status: isReady ? 200 : 503, headers: { "cache-control": "no-store", ...(isReady ? {} : { "retry-after": "2" }) } });
}

type Asked = { at: number; underWay: boolean; answer: Promise<Readiness> };

/** However many strangers ask, the stores are asked at most once a second, and never again before they have answered. */
function lastReadiness(services: Services): Promise<Readiness> {
  const kept = singleton<{ last: Asked | null }>("readiness", () => ({ last: null }));
  const { last } = kept;
  if (last !== null && (last.underWay || performance.now() - last.at < FRESH_MS)) return last.answer;
  const asked: Asked = { at: performance.now(), underWay: true, answer: checkReadiness(services) };
  kept.last = asked;
  return asked.answer.finally(() => void (asked.underWay = false));
}
