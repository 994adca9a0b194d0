import { checkReadiness } from "@/lib/platform/check-readiness";
import { getServices } from "./services";

/** 200 when everything answers, else 503; says which part does not. */
export async function ready(): Promise<Response> {
  const readiness = await checkReadiness(await getServices());
  const status = Object.values(readiness).every((state) => state === "ok") ? 200 : 503;
  return Response.json(readiness, { status, headers: { "cache-control": "no-store", ...(status === 503 ? { "retry-after": "2" } : {}) } });
}
