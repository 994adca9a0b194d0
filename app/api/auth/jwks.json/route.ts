import { keySetSchema } from "@/lib/tokens/schema";
import { answerKeySet } from "@/lib/web/answer-key-set";
import { described } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: described({ summary: "The public keys of access tokens (JWK Set)", session: false, output: keySetSchema }, answerKeySet),
});
