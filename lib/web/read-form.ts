import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { readQuery } from "./parse-input";
import { readBytes } from "./read-json";

/** Whether a body is what a plain form sends. */
export function isForm(headers: Headers): boolean {
  return /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i.test(headers.get("content-type") ?? "");
}

/** The fields of such a body. Errors: `unsupported_media`, `too_large`, `invalid_input` for a field that is there twice. */
export async function readForm(request: Request): Promise<{ json: Record<string, string> } | Failure> {
  if (!isForm(request.headers)) return fail("unsupported_media");
  const bytes = await readBytes(request);
  if (bytes === null) return fail("too_large");
  const url = new URL("http://form.invalid");
  url.search = bytes.toString("utf8");
  const fields = readQuery(url);
  return isFailure(fields) ? fields : { json: fields.query };
}
