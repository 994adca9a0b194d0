import { readdirSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { newSecret } from "@/lib/core/crypto";
import { fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { singleton } from "@/lib/core/singleton";
import { answerEncoded } from "./answer-encoded";
import type { Encoding } from "./choose-encoding";
import { problem } from "./problem";
import { getServices } from "./services";

const PIECE = 64 * 1024;
const SUFFIX: Record<Encoding, string> = { identity: "", gzip: ".gz", br: ".br" };
const SCRIPT = { type: "text/javascript; charset=utf-8", cacheControl: "public, max-age=31536000, immutable" };

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
export async function docsPage(): Promise<Response> {
  const nonce = newSecret(16);
  const { name } = await findReference();
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
<script nonce="${nonce}" src="/docs/scripts/${name}"></script>
<script nonce="${nonce}" src="/docs/scripts/start.js"></script>
</body>
</html>
`;
  return new Response(html, {
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy(nonce), "cache-control": "private, no-store" },
  });
}

/** The page's two scripts. The long one comes from disk as its reader takes it, so that slow readers hold no memory. */
export async function docsFile(request: Request, name: string): Promise<Response> {
  if (name === "start.js") return new Response(START, { headers: { "content-type": SCRIPT.type, "cache-control": "public, max-age=3600" } });
  const reference = await findReference();
  if (name !== reference.name) return problem(fail("not_found"), newId());
  const body = (encoding: Encoding) => fileStream(join(reference.folder, name + SUFFIX[encoding]));
  return answerEncoded(request, { ...SCRIPT, hash: name, body });
}

/** Opened when it is read for the first time: Next drops an answer whose reader has left, and tells the body nothing. */
function fileStream(path: string): ReadableStream<Uint8Array> {
  let file: FileHandle | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        file ??= await open(path);
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE));
        if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
        await file.close();
        controller.close();
      },
      cancel: () => file?.close(),
    },
    { highWaterMark: 0 },
  );
}

/** Scalar's own bundle as the build left it (scripts/steps/build-reference.ts): the page asks nothing of any other host. */
async function findReference(): Promise<{ folder: string; name: string }> {
  const { settings } = await getServices();
  return singleton("docs.reference", () => {
    const folder = join(process.cwd(), settings.BUILD_FOLDER, "reference");
    const name = readdirSync(folder).find((file) => file.endsWith(".js"));
    if (name === undefined) throw new Error(`${folder} has no script: build with npm run build`);
    return { folder, name };
  });
}
