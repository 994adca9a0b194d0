import { keySet } from "@/lib/tokens/key-set";
import { keySetSchema } from "@/lib/tokens/schema";
import { getServices } from "./services";

/** `GET /api/auth/jwks.json`. Asks no server, so that tokens can be checked elsewhere whatever is down here. */
export async function answerKeySet(): Promise<Response> {
  const { settings } = await getServices();
  return Response.json(keySetSchema.parse(keySet(settings)), { headers: { "cache-control": "private, no-store" } });
}
