import { sweepAvatars } from "@/lib/avatars/sweep-avatars";
import type { Context } from "@/lib/core/context";
import { isOutage } from "@/lib/core/outage";
import { forgetOld } from "@/lib/leaving/forget-old";
import { sweepExports } from "@/lib/leaving/sweep-exports";
import { sweepSessions } from "@/lib/sessions/sweep-sessions";
import { Trouble } from "./trouble";
import { commandEnvironment } from "./up/running";
import { withContext } from "./with-context";

/**
 * One pass over every session that is due, over the pictures that are to be deleted, and over everything stored:
 * what belongs to nobody goes, and what is older than the operator wants it kept. The app does all but the strays by itself.
 */
export async function main(): Promise<void> {
  const env = commandEnvironment();
  // The setting's default would take another folder for the pictures, and forget those that are due elsewhere.
  if (!env.STORAGE && !env.DATA_DIR) throw new Trouble("Say where the pictures are, as the app is told: DATA_DIR, or STORAGE=s3 and its settings. Nothing was swept.");
  await withContext(env, async (context) => {
    const troubles = [await attempt(context, sweepLedger), await attempt(context, sweepPictures), await attempt(context, sweepOld)].filter((trouble) => trouble !== null);
    if (troubles.length > 0) throw new Trouble(troubles.join("\n"));
  });
}

const troubles = new Map<(context: Context) => Promise<void>, string>([
  [sweepLedger, "Redis or PostgreSQL does not answer: no session was swept; see /api/ready."],
  [sweepPictures, "The storage or PostgreSQL does not answer: not all pictures and exports were swept; see /api/ready."],
  [sweepOld, "PostgreSQL does not answer: not all that is old was forgotten; see /api/ready."],
]);

/** What stopped it, in words, or null; one outage does not keep the other part from being swept. */
async function attempt(context: Context, part: (context: Context) => Promise<void>): Promise<string | null> {
  try {
    await part(context);
    return null;
  } catch (error) {
    if (!isOutage(error)) throw error;
    return troubles.get(part) ?? String(error);
  }
}

async function sweepLedger(context: Context): Promise<void> {
  const { checked, expired } = await sweepSessions(context);
  console.log(`${checked} sessions checked, ${expired} had expired.`);
}

async function sweepPictures(context: Context): Promise<void> {
  const { versions, strays } = await sweepAvatars(context);
  const ofExports = await sweepExports(context);
  console.log(`${versions} replaced pictures deleted, ${strays + ofExports} stray objects found and removed.`);
}

/** Where the operator's settings say so. */
async function sweepOld(context: Context): Promise<void> {
  const { EVENTS_RETENTION_DAYS, SESSIONS_RETENTION_DAYS } = context.settings;
  if (EVENTS_RETENTION_DAYS === undefined && SESSIONS_RETENTION_DAYS === undefined) return;
  const { events, sessions, devices, addresses } = await forgetOld(context);
  console.log(`${events} events, ${sessions} sessions, ${devices} devices and ${addresses} addresses were old, and are forgotten.`);
}
