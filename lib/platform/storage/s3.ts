import { DeleteObjectCommand, GetObjectCommand, HeadBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { abortUploads, putParts } from "./s3-parts";
import { checkKey, checkPrefix, type Storage, STORAGE_DEADLINE_MS, StorageDown, type StoredObject } from "./storage";

/** Small enough to be answered in time by a slow server. */
const PAGE = 200;

export type S3Options = { endpoint: string | undefined; region: string; bucket: string; accessKey: string; secretKey: string };

/** Objects in a bucket of any S3. The bucket is the operator's to make. */
export function s3Storage({ endpoint, region, bucket, accessKey, secretKey }: S3Options): Storage {
  const client = new S3Client({
    region,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Older servers store the chunk framing of the new checksums as if it were content, or answer 501.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_500, requestTimeout: STORAGE_DEADLINE_MS },
  });
  const within = () => ({ abortSignal: AbortSignal.timeout(STORAGE_DEADLINE_MS) });

  async function* list(prefix: string): AsyncGenerator<StoredObject> {
    let after: string | undefined;
    do {
      const page = await answered(client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: PAGE, ContinuationToken: after }), within()));
      for (const { Key, LastModified } of page.Contents ?? []) if (Key && LastModified) yield { key: Key, modifiedAt: LastModified };
      after = page.NextContinuationToken;
    } while (after);
  }

  return {
    async put(key, body, contentType) {
      checkKey(key);
      const CacheControl = "public, max-age=31536000, immutable";
      await answered(client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, CacheControl }), within()));
    },
    async putPieces(key, pieces, contentType) {
      checkKey(key);
      return putParts({ client, bucket, key, contentType, answered }, pieces);
    },
    async getPiece(key, from, length) {
      checkKey(key);
      return answered(read(key, `bytes=${from}-${from + length - 1}`));
    },
    async get(key) {
      checkKey(key);
      return answered(read(key));
    },
    async delete(key) {
      checkKey(key);
      // Singly: servers differ in what they ask of DeleteObjects.
      await answered(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), within()));
    },
    async deleteBelow(prefix) {
      checkPrefix(prefix);
      await answered(abortUploads(client, bucket, prefix, within));
      for await (const { key } of list(prefix)) await answered(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), within()));
    },
    list,
    async ready() {
      await answered(client.send(new HeadBucketCommand({ Bucket: bucket }), within()));
    },
    close: () => client.destroy(),
  };

  async function read(key: string, range?: string): Promise<Uint8Array | null> {
    try {
      const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }), within());
      return found.Body ? await found.Body.transformToByteArray() : null;
    } catch (error) {
      if ((error as { name?: unknown }).name === "NoSuchKey") return null;
      throw error;
    }
  }
}

async function answered<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw new StorageDown("S3 did not do it", { cause: error });
  }
}
