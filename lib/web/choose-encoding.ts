/** How a text that was compressed beforehand may be sent. */
export type Encoding = "br" | "gzip" | "identity";

/** The best of ours that an Accept-Encoding header takes (RFC 9110, 12.5.3); `identity`, which everybody reads, without one. */
export function chooseEncoding(header: string | null): Encoding {
  const weights = new Map<string, number>();
  for (const entry of (header ?? "").toLowerCase().split(",")) {
    const [name = "", weight = "1"] = entry.trim().split(/\s*;\s*q=/);
    weights.set(name, Number(weight));
  }
  return (["br", "gzip"] as const).find((encoding) => (weights.get(encoding) ?? weights.get("*") ?? 0) > 0) ?? "identity";
}
