/** The hidden fields of the first form of a page that has a field of this name, as a browser without scripts sends them. */
export function formOf(html: string, field: string): Record<string, string> {
  const form = html.match(/<form\b[\s\S]*?<\/form>/g)?.find((text) => new RegExp(`name="${field}"`).test(text));
  if (!form) throw new Error(`no form with a field ${field}`);
  const hidden = form.match(/<input\b[^>]*type="hidden"[^>]*>/g) ?? [];
  return Object.fromEntries(hidden.map((input) => [attribute(input, "name"), attribute(input, "value")]));
}

function attribute(tag: string, name: string): string {
  const text = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return text.replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** The parts in the order in which the fields are given; as an object, numbers come first. */
export function multipart(fields: Record<string, string> | readonly (readonly [string, string])[]): { type: string; body: string } {
  const boundary = "----latchkey";
  const parts = (Array.isArray(fields) ? (fields as [string, string][]) : Object.entries(fields)).map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  return { type: `multipart/form-data; boundary=${boundary}`, body: `${parts.join("")}--${boundary}--\r\n` };
}
