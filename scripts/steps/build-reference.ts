import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Quality 11 takes more than twenty times as long, for 0.94 MB in place of 1.09. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/**
 * Writes the script of /docs below a build's folder, as it is and compressed once for everybody, where `lib/web/docs.ts`
 * looks for it. Its name holds its hash, so that its address never shows anything else.
 */
export async function buildReference(build: string): Promise<void> {
  const script = Buffer.from(await readScript());
  const name = `reference.${createHash("sha256").update(script).digest("hex").slice(0, 16)}.js`;
  const folder = join(build, "reference");
  const unfinished = `${folder}.${process.pid}`;
  const [brotli, zipped] = await Promise.all([promisify(brotliCompress)(script, BROTLI), promisify(gzip)(script)]);
  await mkdir(unfinished, { recursive: true });
  for (const [file, bytes] of [[name, script], [`${name}.br`, brotli], [`${name}.gz`, zipped]] as const) await writeFile(join(unfinished, file), bytes);
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}

/**
 * Scalar's bundle alone. Scalar's plugin for Fastify is the only one of its packages that holds it without the 264
 * others it was made of, and gives it out by the handler of a route.
 */
async function readScript(): Promise<string> {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  let script = "";
  const reply = { header: () => reply, send: (body: string) => (script = body) };
  const fastify = { route: ({ url, handler }: Route) => void (url.endsWith("/js/scalar.js") && handler(null, reply)) };
  const register = scalar as unknown as (into: typeof fastify, options: object, done: () => void) => void;
  register(fastify, { configuration: { url: "/api/openapi.json" } }, () => {});
  if (script === "") throw new Error("@scalar/fastify-api-reference has no script to give");
  return script;
}

type Route = { url: string; handler: (request: null, reply: object) => unknown };
