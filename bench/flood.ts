import { makeAccounts, PASSWORD, signIn } from "./accounts";
import type { RunningApp, Servers } from "./bench-servers";
import { get, type Loader, post, startLoader } from "./load";
import { median } from "./median";
import { below, type Result } from "./result";

const RUNS = 7;
const MILLISECONDS = 3_000;
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
  await Promise.all([load(signedIn), flooder(flood, SHED)]);
  const [idle, flooded]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    idle.push((await load(signedIn)).p99);
    const flooding = flooder(flood, SHED);
    await new Promise((begun) => setTimeout(begun, 250));
    flooded.push((await load(signedIn)).p99);
    await flooding;
  }
  return [below("p99 of signed-in requests in a flood of sign-ins, against idle", median(flooded) / median(idle), 3)];
}
