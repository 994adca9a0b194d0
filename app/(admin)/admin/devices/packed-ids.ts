import { isId } from "@/lib/core/ids";

const BYTES = 16;

/** Ids as short as they can be: a page of them has to fit into a cookie. */
export function packIds(ids: readonly string[]): string {
  return Buffer.from(ids.join("").replaceAll("-", ""), "hex").toString("base64url");
}

export function unpackIds(packed: string): string[] {
  const bytes = Buffer.from(packed, "base64url");
  const ids = Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, index) => bytes.toString("hex", index * BYTES, (index + 1) * BYTES));
  return ids.map((hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")).filter(isId);
}
