import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { findSwift } from "@/scripts/test/swift";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";

export type S3Server = {
  /** STORAGE=s3 and all that goes with it, for a bucket of one's own. */
  readonly settings: Record<string, string>;
  /** SIGSTOP: it accepts connections and never answers. Null where the server is not ours. */
  freeze: (() => void) | null;
  thaw: (() => void) | null;
};

/** Whether there is an S3 server to test against. Says so, once, if there is none. */
export function hasS3(): boolean {
  const has = Boolean(process.env.S3_ENDPOINT) || findSwift() !== null;
  if (!has) console.warn("\n  ! The tests on a real S3 server are SKIPPED: this system is not Debian; name a server by S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY.\n");
  return has;
}

/** A bucket on a real S3 server: the one that S3_ENDPOINT names, else Swift, started for this test file. */
export async function startS3(): Promise<S3Server> {
  const server = process.env.S3_ENDPOINT ? named(process.env.S3_ENDPOINT) : await startSwift();
  const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY } = server.settings;
  const bucket = `latchkey-${randomBytes(6).toString("hex")}`;
  const client = new S3Client({
    endpoint: S3_ENDPOINT,
    region: S3_REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: S3_ACCESS_KEY ?? "", secretAccessKey: S3_SECRET_KEY ?? "" },
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return { ...server, settings: { ...server.settings, STORAGE: "s3", S3_BUCKET: bucket } };
}

function named(endpoint: string): S3Server {
  const { S3_REGION = "us-east-1", S3_ACCESS_KEY = "", S3_SECRET_KEY = "" } = process.env;
  return { settings: { S3_ENDPOINT: endpoint, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY }, freeze: null, thaw: null };
}

async function startSwift(): Promise<S3Server> {
  const swift = findSwift();
  if (!swift) throw new Error("Swift was not brought");
  const { folder, remove } = await makeTemporaryFolder();
  const secret = randomBytes(16).toString("hex");
  const child = spawn(swift.python, ["tests/support/swift-server.py", folder, "0", "tester", secret], { env: swift.env, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(child, "exit");
  atEnd(async () => {
    child.kill("SIGKILL");
    await exited;
    await remove();
  });
  const line = await Promise.race([once(createInterface(child.stdout), "line"), exited.then(() => null)]);
  const port = Number(line?.[0]);
  if (!port) throw new Error(`Swift did not start:\n${output}`);
  return {
    settings: { S3_ENDPOINT: `http://127.0.0.1:${port}`, S3_REGION: "us-east-1", S3_ACCESS_KEY: "test:tester", S3_SECRET_KEY: secret },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
  };
}
