import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { newSecret } from "@/lib/core/crypto";
import { fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { singleton } from "@/lib/core/singleton";
import { problem } from "./problem";

/** Scalar's own bundle, served from here: the page asks nothing of any other host. */
const BUNDLE = join("node_modules", "@scalar", "api-reference", "dist", "browser", "standalone.js");

const START = `Scalar.createApiReference("#reference", {
  url: "/api/openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
});`;

/** Scripts are ours alone; Scalar writes styles into the page, some of them where no nonce can be given. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** `GET /docs`: the published contract, to be read and tried. Outside of the pages, which know no foreign script. */
export function docsPage(): Response {
  const nonce = newSecret(16);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Latchkey</title>
<link rel="icon" href="/icon.svg">
</head>
<body>
<main id="reference"></main>
<noscript>This page needs JavaScript. The contract itself: <a href="/api/openapi.json">/api/openapi.json</a></noscript>
<script nonce="${nonce}" src="/docs/reference.js"></script>
<script nonce="${nonce}" src="/docs/start.js"></script>
</body>
</html>
`;
  return new Response(html, {
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy(nonce), "cache-control": "private, no-store" },
  });
}

/** The page's two scripts. */
export async function docsFile(name: string): Promise<Response> {
  if (name !== "reference.js" && name !== "start.js") return problem(fail("not_found"), newId());
  const script = name === "start.js" ? START : await singleton("docs.bundle", () => readFile(join(process.cwd(), BUNDLE), "utf8"));
  return new Response(script, { headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=3600" } });
}
