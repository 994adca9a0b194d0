import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";

/** S3 takes none but the last below 5 MiB, and at most 10,000: 80 GiB. */
const PART = 8 * 1024 * 1024;
/** A part on its way, milliseconds. */
const PART_MS = 60_000;

type Putting = { client: S3Client; bucket: string; key: string; contentType: string; answered<T>(sent: Promise<T>): Promise<T> };

/** An object part by part, of which one is held at a time; what fits into one is put at once. S3 shows it when it is complete, and not before. */
export async function putParts({ client, bucket, key, contentType, answered }: Putting, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const object = { Bucket: bucket, Key: key };
  const what = { ...object, ContentType: contentType, CacheControl: "private, no-store" };
  const within = () => ({ abortSignal: AbortSignal.timeout(PART_MS), requestTimeout: PART_MS });
  let bytes = 0;
  let uploadId: string | undefined;
  const done: CompletedPart[] = [];
  try {
    for await (const { part, isLast } of partsOf(pieces)) {
      bytes += part.length;
      if (isLast && done.length === 0) {
        await answered(client.send(new PutObjectCommand({ ...what, Body: part }), within()));
        return bytes;
      }
      uploadId ??= (await answered(client.send(new CreateMultipartUploadCommand(what), within()))).UploadId;
      const PartNumber = done.length + 1;
      const { ETag } = await answered(client.send(new UploadPartCommand({ ...object, UploadId: uploadId, PartNumber, Body: part }), within()));
      done.push({ PartNumber, ETag });
    }
    await answered(client.send(new CompleteMultipartUploadCommand({ ...object, UploadId: uploadId, MultipartUpload: { Parts: done } }), within()));
    return bytes;
  } catch (error) {
    // Whoever is killed here leaves it to `abortUploads`.
    if (uploadId !== undefined) await client.send(new AbortMultipartUploadCommand({ ...object, UploadId: uploadId }), within()).catch(() => {});
    throw error;
  }
}

async function* partsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<{ part: Uint8Array; isLast: boolean }> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length <= PART) continue;
    // One byte more than a part has: so the last is never empty.
    const all = Buffer.concat(waiting);
    let from = 0;
    for (; all.length - from > PART; from += PART) yield { part: all.subarray(from, from + PART), isLast: false };
    waiting = [all.subarray(from)];
    length = all.length - from;
  }
  yield { part: Buffer.concat(waiting), isLast: true };
}

/** Gives up what was begun below `prefix` and never completed: it takes room, and no list of objects shows it. */
export async function abortUploads(client: S3Client, bucket: string, prefix: string, within: () => { abortSignal: AbortSignal }): Promise<void> {
  let place: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | null = {};
  while (place) {
    const page: ListMultipartUploadsCommandOutput = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...(place as object) }), within());
    for (const { Key, UploadId } of page.Uploads ?? []) if (Key?.startsWith(prefix)) await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }), within());
    place = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null;
  }
}
