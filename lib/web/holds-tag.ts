/** Whether an If-None-Match header names the tag (RFC 9110, 13.1.2: compared weakly). */
export function holdsTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return header.trim() === "*" || header.split(",").some((entry) => entry.trim().replace(/^W\//, "") === tag);
}
