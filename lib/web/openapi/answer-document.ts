import { getServices } from "../services";
import { openApiDocument, type Paths } from "./document";

/** `GET /api/openapi.json`. */
export async function answerDocument(paths: Paths): Promise<Response> {
  const { settings } = await getServices();
  return Response.json(openApiDocument(settings, paths), { headers: { "cache-control": "no-cache" } });
}
