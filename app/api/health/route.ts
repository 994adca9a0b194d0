export const dynamic = "force-dynamic";

/** 200 while the process lives, whatever else is down. */
export function GET(): Response {
  return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}
