import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { AVATAR_SIZES } from "@/lib/avatars/schema";
import { photo } from "@/tests/support/pictures";
import { MULTIPART, multipart } from "@/tests/support/uploads";
import { makeAccounts, signIn } from "./accounts";
import type { RunningApp, Servers } from "./bench-servers";
import { startHasher } from "./hasher";
import { get, type Job, type Loader, startLoader, upload } from "./load";
import { median } from "./median";
import { atMost, type Result, time, unbound } from "./result";

const RUNS = 7;
const UPLOADS = 6;
const PATH = "/api/users/me/avatar";
const UPLOADERS = 20;
const MILLISECONDS = 3_000;
const HASHING_MS = 500;

/**
 * A whole upload over HTTP, database and disk included, against bare sharp making the same three files one after the
 * other; and the p99 of signed-in requests, 100 a second, while 20 uploads are under way, against the same without them.
 */
export async function measureUploads(servers: Servers, app: RunningApp, load: Loader): Promise<Result[]> {
  // What a phone sends: 12 megapixels, some 3 MB.
  const picture = await photo(4_000, 3_000).blur(0.8).jpeg({ quality: 82 }).toBuffer();
  const form = new Uint8Array(multipart([{ name: "file", content: picture }]));
  const cookies: string[] = [];
  // One more for the first measurement: an account has so many pictures an hour.
  for (const email of await makeAccounts(servers, "uploader", UPLOADERS + 1)) cookies.push(await signIn(app, email));
  const alone = cookies.pop() as string;
  const bodyFile = join(servers.folder, "upload");
  await writeFile(bodyFile, form);
  const requests = cookies.map((cookie) => upload(PATH, app.origin, cookie, MULTIPART["content-type"], form.length));
  const uploads = { requests, bodyFile, connections: UPLOADERS, milliseconds: MILLISECONDS + 500 };
  return [await againstSharp(app, alone, picture, form), ...(await whileUploading(app, cookies, uploads, load))];
}

async function againstSharp(app: RunningApp, cookie: string, picture: Buffer, form: Uint8Array): Promise<Result> {
  const ratios: number[] = [];
  await uploadOnce(app, cookie, form);
  for (let run = 0; run < RUNS; run++) {
    const whole = await timed(() => uploadOnce(app, cookie, form));
    const bare = await timed(() => bareSharp(picture));
    ratios.push(whole / bare);
  }
  return atMost("Upload, against bare sharp making the same three files", median(ratios), 1.25, "×");
}

async function whileUploading(app: RunningApp, cookies: readonly string[], uploads: Job, load: Loader): Promise<Result[]> {
  const signedIn = { requests: cookies.map((cookie) => get("/api/auth/session", cookie)), connections: 4, milliseconds: MILLISECONDS, perSecond: 100 };
  // From a process that does nothing else: a client that collects garbage takes the cores whose want it measures.
  const uploader = startLoader(app.port);
  const hasher = startHasher();
  const [hashes, idle, busy]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < RUNS; run++) {
    hashes.push(1_000 / (await hasher.perSecond(1, HASHING_MS)));
    idle.push((await load(signedIn)).p99);
    const uploading = uploader(uploads);
    await new Promise((begun) => setTimeout(begun, 250));
    busy.push((await load(signedIn)).p99);
    await uploading;
  }
  hasher.stop();
  const hash = median(hashes);
  return [
    unbound("One argon2id hash, beside the uploads", hash, "ms"),
    time("p99 of signed-in requests, idle", median(idle), hash),
    time(`… during ${UPLOADERS} uploads`, median(busy), hash),
    atMost("… against idle", median(busy) / median(idle), 3, "×"),
  ];
}

async function uploadOnce({ origin }: RunningApp, cookie: string, form: Uint8Array): Promise<void> {
  const answer = await fetch(`${origin}${PATH}`, { method: "POST", headers: { origin, cookie, ...MULTIPART }, body: form as BodyInit });
  if (answer.status !== 200) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function bareSharp(picture: Buffer): Promise<void> {
  for (const pixels of Object.values(AVATAR_SIZES)) await sharp(picture).autoOrient().resize(pixels, pixels).webp({ quality: 82, effort: 4 }).toBuffer();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < UPLOADS; i++) await work();
  return performance.now() - began;
}
