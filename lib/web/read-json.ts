import { visit } from "jsonc-parser";
import { type Failure, fail } from "@/lib/core/errors";

const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 32;

/**
 * The JSON of a request's body; an empty body is `{}`. `unsupported_media` for another type, `too_large` at the
 * first byte over 64 KiB, `invalid_input` for what is no UTF-8, no JSON, nested too deep, or names a key twice
 * (two readers may believe different ones) or `__proto__`.
 */
export async function readJson(request: Request): Promise<{ json: unknown } | Failure> {
  const type = request.headers.get("content-type");
  if (type !== null && !/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) return fail("unsupported_media");
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BYTES) return fail("too_large");
  const bytes = await readBytes(request);
  if (bytes === null) return fail("too_large");
  if (bytes.length === 0) return { json: {} };
  if (type === null) return fail("unsupported_media");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const json: unknown = JSON.parse(text);
    refuseAmbiguity(text);
    return { json };
  } catch {
    return fail("invalid_input", { detail: "The body is not valid JSON." });
  }
}

/** A body of at most 64 KiB; null for a larger one. */
export async function readBytes(request: Request): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuseAmbiguity(text: string): void {
  const open: Set<string>[] = [];
  const enter = () => {
    if (open.push(new Set()) > MAX_DEPTH) throw new Error("too deep");
  };
  const leave = () => void open.pop();
  visit(text, {
    onObjectBegin: enter,
    onObjectEnd: leave,
    onArrayBegin: enter,
    onArrayEnd: leave,
    onObjectProperty(name) {
      const names = open.at(-1);
      if (name === "__proto__" || names?.has(name)) throw new Error("ambiguous key");
      names?.add(name);
    },
  });
}
