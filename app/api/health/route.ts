import { z } from "zod";
import { described } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: described({ summary: "200 while the process lives, whatever else is down", session: false, output: z.strictObject({ status: z.literal("ok") }) }, async () =>
    Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } }),
  ),
});
