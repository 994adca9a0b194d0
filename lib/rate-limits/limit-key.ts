import { sha256 } from "@/lib/core/crypto";

/** What a limit counts under. A digest: who reads Redis learns neither which addresses were typed nor whose. */
export function limitKey(kind: string, ...parts: string[]): string {
  return `${kind}:${sha256(parts.join("\n")).slice(0, 22)}`;
}
