import { Busboy, type BusboyConfig } from "@fastify/busboy";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { MAX_FILE_BYTES } from "@/lib/avatars/schema";
import { readJson } from "./read-json";

/** What the multipart form may weigh beside the file. */
const ENVELOPE_BYTES = 16 * 1024;
const LIMITS: BusboyConfig["limits"] = { parts: 2, files: 2, fields: 1, fieldSize: 1024, fieldNameSize: 100, headerPairs: 16, headerSize: 4 * 1024, fileSize: MAX_FILE_BYTES };

/**
 * `{ file }` of a multipart form with one field of that name, read as it comes, else JSON. Errors: `too_large` at the
 * first byte over, `invalid_input` (no boundary, another field, none, several, broken off), and those of `readJson`.
 */
export async function readUpload(request: Request): Promise<{ json: unknown } | Failure> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(type)) return readJson(request);
  if (Number(request.headers.get("content-length") ?? 0) > MAX_FILE_BYTES + ENVELOPE_BYTES) return fail("too_large");
  const form = openForm(type);
  if (isFailure(form)) return form;
  try {
    let size = 0;
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_FILE_BYTES + ENVELOPE_BYTES) return fail("too_large");
      await form.write(chunk);
      const failure = form.failure();
      if (failure) return failure;
    }
    return await form.finish();
  } catch {
    return malformed("The form broke off.");
  } finally {
    form.discard();
  }
}

type Form = {
  write(chunk: Uint8Array): Promise<void>;
  failure(): Failure | null;
  finish(): Promise<{ json: { file: Uint8Array } } | Failure>;
  discard(): void;
};

function openForm(type: string): Form | Failure {
  let parser: InstanceType<typeof Busboy>;
  try {
    parser = new Busboy({ headers: { "content-type": type }, limits: LIMITS, isPartAFile: () => true });
  } catch {
    return malformed("The form has no boundary.");
  }
  let failure: Failure | null = null;
  const files: Promise<Buffer>[] = [];
  parser.on("file", (name, stream) => {
    if (name !== "file") failure ??= fail("invalid_input", { errors: [{ path: name?.slice(0, 64) || "?", message: 'is not known here: the field is "file"' }] });
    else if (files.length > 0) failure ??= malformed("The form has more than one file.");
    stream.once("limit", () => (failure ??= fail("too_large")));
    const chunks: Buffer[] = [];
    const whole = new Promise<Buffer>((resolve, reject) => {
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.once("end", () => resolve(Buffer.concat(chunks)));
      stream.once("error", reject);
    });
    whole.catch(() => (failure ??= malformed("The form broke off.")));
    files.push(whole);
  });
  parser.on("partsLimit", () => (failure ??= malformed("The form has too many parts.")));
  parser.on("filesLimit", () => (failure ??= malformed("The form has too many parts.")));
  const finished = new Promise<void>((resolve) => {
    parser.once("finish", () => resolve());
    parser.once("error", () => {
      failure ??= malformed("The form is not whole.");
      resolve();
    });
  });

  return {
    failure: () => failure,
    write: (chunk) => new Promise((resolve) => void parser.write(chunk, () => resolve())),
    async finish() {
      parser.end();
      await finished;
      if (failure) return failure;
      const [file] = files;
      return file ? { json: { file: await file } } : fail("invalid_input", { errors: [{ path: "file", message: "is missing" }] });
    },
    discard() {
      parser.on("error", () => {});
      parser.destroy();
    },
  };
}

function malformed(detail: string): Failure {
  return fail("invalid_input", { detail });
}
