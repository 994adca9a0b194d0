import { type ErrorCode, errorTable } from "@/lib/core/errors";
import { MAX_FILE_BYTES } from "@/lib/avatars/schema";

export const KINDS = "JPEG, PNG, WebP, GIF or AVIF";
const MEGABYTES = MAX_FILE_BYTES / 1024 / 1024;

const words: Partial<Record<ErrorCode, string>> = {
  too_large: `This file is larger than ${MEGABYTES} MB. Choose a smaller one.`,
  invalid_input: "No file arrived. Choose a picture first.",
  unprocessable_image: `This file cannot be used. Choose a ${KINDS} picture of at most 50 megapixels.`,
  rate_limited: "You have changed your picture often, or several are on their way. Wait a little, then try again.",
  unavailable: "We cannot keep pictures right now. Yours has not changed; try again in a moment.",
};

/** Why a picture was not taken, in words. `detail`: the server's own, for what only it knows of the file. */
export function pictureWords(code: ErrorCode, detail?: string): string {
  if (code === "unprocessable_image" && detail) return detail;
  return words[code] ?? detail ?? errorTable[code].title;
}

/** A code that came in the address, after a plain form. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(errorTable, code);
}
