import { makeAccounts, PASSWORD, signIn } from "./accounts";
import type { RunningApp, Servers } from "./bench-servers";
import { startHasher } from "./hasher";
import { get, type Loader, post, startLoader } from "./load";
import { median } from "./median";
import { below, type Result, time, unbound } from "./result";

const RUNS = 7;
const MILLISECONDS = 3_000;
const HASHING_MS = 500;
/** What is over the queue's bounds is shed. */
const SHED = ["200", "429", "503"];

/** The p99 of signed-in requests, 100 a second, while 32 connections sign in as fast as they are let, against the same without them. */
export async function measureFlood(servers: Servers, app: RunningApp, load: Loader): Promise<Result[]> {
  const cookies: string[] = [];
  for (const email of await makeAccounts(servers, "resident", 20)) cookies.push(await signIn(app, email));
  const emails = await makeAccounts(servers, "flood", 400);
  const signedIn = { requests: cookies.map((cookie) => get("/api/auth/session", cookie)), connections: 4, milliseconds: MILLISECONDS, perSecond: 100 };
  const flood = { requests: emails.map((email) => post("/api/auth/signin", app.origin, { email, password: PASSWORD })), connections: 32, milliseconds: MILLISECONDS + 500 };
  const flooder = startLoader(app.port);
  const hasher = startHasher();
  await Promise.all([load(signedIn), flooder(flood, SHED)]);
  const [hashes, idle, flooded]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < RUNS; run++) {
    hashes.push(1_000 / (await hasher.perSecond(1, HASHING_MS)));
    idle.push((await load(signedIn)).p99);
    const flooding = flooder(flood, SHED);
    await new Promise((begun) => setTimeout(begun, 250));
    flooded.push((await load(signedIn)).p99);
    await flooding;
  }
  hasher.stop();
  const hash = median(hashes);
  return [
    unbound("One argon2id hash, on one thread", hash, "ms"),
    time("p99 of signed-in requests, idle", median(idle), hash),
    time("… in a flood of sign-ins", median(flooded), hash),
    below("… against idle", median(flooded) / median(idle), 3),
  ];
}
