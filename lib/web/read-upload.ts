import { setImmediate } from "node:timers/promises";
import { MultipartParser, type MultipartPart } from "@remix-run/multipart-parser";
import pLimit from "p-limit";
import { MAX_FILE_BYTES } from "@/lib/avatars/schema";
import { type Failure, fail } from "@/lib/core/errors";
import { singleton } from "@/lib/core/singleton";
import { readJson } from "./read-json";

/** What the form may weigh beside its file. */
const ENVELOPE_BYTES = 16 * 1024;
const MOST_BYTES = MAX_FILE_BYTES + ENVELOPE_BYTES;
const LIMITS = { maxHeaderSize: 4 * 1024, maxParts: 1, maxFileSize: MAX_FILE_BYTES, maxTotalSize: MAX_FILE_BYTES };
/** RFC 2046, 5.1.1. */
const BOUNDARY = /;\s*boundary=(?:"([\x20-\x7e]{1,70}?)"|([^\s";]{1,70}))\s*(?:;|$)/i;

/**
 * `{ file }` of a multipart form with one field of that name, read as it comes, else JSON. Errors: `too_large` at the
 * first byte over, `invalid_input` (no boundary, another field, none, several, broken off), and those of `readJson`.
 */
export async function readUpload(request: Request): Promise<{ json: unknown } | Failure> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(type)) return readJson(request);
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES) return fail("too_large");
  const boundary = BOUNDARY.exec(type);
  if (!boundary) return malformed("The form has no boundary.");
  // Let go of when it is over, but never cancelled: that would end the connection before the answer.
  const reader = request.body?.getReader();
  try {
    const parts: MultipartPart[] = [];
    const parser = new MultipartParser(boundary[1] ?? boundary[2] ?? "", LIMITS);
    let size = 0;
    let whole = false;
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      size += next.value.length;
      if (size > MOST_BYTES) return fail("too_large");
      // What follows the last boundary means nothing, and the parser takes none of it.
      if (!whole) parts.push(...parser.write(next.value));
      whole ||= isFinished(parser);
      await nextTurn();
    }
    parser.finish();
    return fileIn(parts);
  } catch (error) {
    const tooLarge = ["MaxFileSizeExceededError", "MaxTotalSizeExceededError"].includes((error as Error).name);
    return tooLarge ? fail("too_large") : malformed("The form is not whole, or has more than a file.");
  } finally {
    reader?.releaseLock();
  }
}

/**
 * Of all uploads under way one goes on in each turn of the event loop: who is signed in does not wait until twenty
 * have been read. A slow sender holds nobody up.
 */
function nextTurn(): Promise<void> {
  return singleton("uploads.turn", () => pLimit(1))(() => setImmediate());
}

function isFinished(parser: MultipartParser): boolean {
  try {
    parser.finish();
    return true;
  } catch {
    return false;
  }
}

function fileIn([part]: MultipartPart[]): { json: { file: Uint8Array } } | Failure {
  if (!part) return wrong("file", "is missing");
  if (part.name !== "file") return wrong(part.name?.slice(0, 64) || "?", 'is not known here: the field is "file"');
  return { json: { file: Buffer.concat(part.content) } };
}

function wrong(path: string, message: string): Failure {
  return fail("invalid_input", { errors: [{ path, message }] });
}

function malformed(detail: string): Failure {
  return fail("invalid_input", { detail });
}
