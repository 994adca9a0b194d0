import { z } from "zod";
import { described } from "@/lib/web/endpoint";
import { ready } from "@/lib/web/ready";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";

const readiness = z.strictObject({ postgres: z.enum(["ok", "down"]), redis: z.enum(["ok", "down", "evicts", "clock"]), storage: z.enum(["ok", "down"]) });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: described({ summary: "200 when everything answers that a request may need; `clock` is a warning, and ready", session: false, output: readiness, otherStatus: 503 }, ready),
});
