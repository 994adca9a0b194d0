import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { addresses, devices, events, outgoingMails, passkeys, sessions, users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import { hashPassword } from "@/lib/auth/hash-password";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { rollUp } from "@/lib/insights/roll-up";
import { accountStory, DAY, type Rows } from "./demo/account-story";
import { colleague } from "./demo/colleague";
import { demoMails } from "./demo/mails";
import { pastMails } from "./demo/past-mails";
import { people } from "./demo/people";
import { demoPictures } from "./demo/pictures";
import { protagonist } from "./demo/protagonist";
import { createRandom } from "./demo/random";
import { strangers } from "./demo/strangers";
import { Trouble } from "./trouble";
import { withContext } from "./with-context";

const DEMO = "demo@latchkey.example";
const ADMIN = "admin@latchkey.example";
const BATCH = 500;

/**
 * Fills an account to look at, an administrator and two dozen colleagues with months of sign-ins into the
 * database, once. Returns what to tell: the passwords are this installation's own and nobody else's.
 */
export async function fillDemo(env: NodeJS.ProcessEnv): Promise<string[]> {
  const password = passwordIn(join(env.DATA_DIR as string, "demo-password"));
  await withContext(env, async (context) => {
    const [existing] = await context.db.select({ id: users.id }).from(users).where(eq(users.emailKey, emailKey(DEMO)));
    if (existing) return;
    const now = new Date();
    const rows = await makeRows(context, password, now);
    await write(context, rows, now);
    await demoPictures(context, rows.users.map(({ id }) => id));
    await rollUp(context);
  });
  return [`  Demo account:   ${DEMO}, password ${password}`, `  Administrator:  ${ADMIN}, the same password`];
}

function passwordIn(file: string): string {
  if (!existsSync(file)) writeFileSync(file, `demo-${randomBytes(8).toString("hex")}`, { mode: 0o600 });
  return readFileSync(file, "utf8");
}

async function makeRows(context: Context, password: string, now: Date): Promise<Rows> {
  const rows: Rows = { users: [], devices: [], addresses: [], sessions: [], events: [], passkeys: [] };
  const random = createRandom(20_261_121);
  const known = await hashed(context, password);
  const unknown = await hashed(context, randomBytes(24).toString("base64url"));
  accountStory(rows, random, { email: ADMIN, name: "Kim Administrator", role: "ADMIN", passwordHash: known, createdAt: new Date(now.getTime() - 220 * DAY) });
  protagonist(rows, random, now, DEMO, known);
  for (const person of people) colleague(rows, random, now, person, unknown);
  strangers(rows, random, now);
  return rows;
}

async function hashed(context: Context, password: string): Promise<string> {
  const hash = await hashPassword(context, password, performance.now() + 10_000);
  if (isFailure(hash)) throw new Trouble("The demo's passwords could not be hashed: try again.");
  return hash;
}

/** All or nothing, so that an interrupted start leaves no half demo. */
async function write(context: Context, rows: Rows, now: Date): Promise<void> {
  await context.db.transaction(async (db) => {
    await insert(rows.users, (some) => db.insert(users).values(some));
    await insert(rows.devices, (some) => db.insert(devices).values(some));
    await insert(rows.addresses, (some) => db.insert(addresses).values(some));
    await insert(rows.sessions, (some) => db.insert(sessions).values(some));
    await insert(rows.events, (some) => db.insert(events).values(some));
    await insert(rows.passkeys, (some) => db.insert(passkeys).values(some));
    await demoMails({ ...context, db }, rows, now);
    if (context.mailer) await insert(pastMails(rows, createRandom(7), now), (some) => db.insert(outgoingMails).values(some));
  });
}

async function insert<T>(all: readonly T[], some: (batch: T[]) => PromiseLike<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += BATCH) await some(all.slice(from, from + BATCH));
}
