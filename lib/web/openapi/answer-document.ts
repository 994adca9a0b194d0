import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { singleton } from "@/lib/core/singleton";
import { answerEncoded, type Encoded } from "../answer-encoded";
import { getServices } from "../services";
import { openApiDocument, type Paths } from "./document";

/** `GET /api/openapi.json`, made and compressed once a process; while somebody works on it, as often as its routes are loaded anew. */
export async function answerDocument(request: Request, paths: Paths): Promise<Response> {
  const made = singleton("openapi", () => new WeakMap<Paths, Promise<Encoded>>());
  if (!made.has(paths)) made.set(paths, makeDocument(paths));
  return answerEncoded(request, await (made.get(paths) as Promise<Encoded>));
}

async function makeDocument(paths: Paths): Promise<Encoded> {
  const { settings } = await getServices();
  const identity = Buffer.from(JSON.stringify(openApiDocument(settings, paths)));
  const [br, zipped] = await Promise.all([promisify(brotliCompress)(identity), promisify(gzip)(identity)]);
  const bodies = { identity: new Uint8Array(identity), br: new Uint8Array(br), gzip: new Uint8Array(zipped) };
  return {
    hash: createHash("sha256").update(identity).digest("hex").slice(0, 16),
    type: "application/json",
    cacheControl: "no-cache",
    body: (encoding) => bodies[encoding],
  };
}
