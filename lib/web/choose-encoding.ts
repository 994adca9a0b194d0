/** How a text that was compressed beforehand may be sent. */
export type Encoding = "br" | "gzip" | "identity";

/** The best of ours that an Accept-Encoding header takes (RFC 9110, 12.5.3); `identity`, which everybody reads, without one. */
export function chooseEncoding(header: string | null): Encoding {
  const weights = new Map<string, number>();
  for (const entry of (header ?? "").toLowerCase().split(",")) {
    // Not by one expression with blanks around the sign: that takes the square of a header full of blanks.
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return (["br", "gzip"] as const).find((encoding) => (weights.get(encoding) ?? weights.get("*") ?? 0) > 0) ?? "identity";
}
