import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";

/** 200 while the process lives, whatever else is down. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async () => Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } }),
});
