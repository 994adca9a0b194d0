import { z } from "zod";
import { timeSchema } from "@/lib/core/time-schema";
import { unusualRules } from "@/lib/core/unusual-rule";
import { deviceKinds } from "@/lib/devices/schema";
import { endReasons } from "@/lib/sessions/schema";

/** Over how many days one can look, today the last of them. */
export const INSIGHT_DAYS = [7, 30, 90, 365] as const;
export type InsightDays = (typeof INSIGHT_DAYS)[number];

/** Lengths of sessions are counted in steps, each longer by a tenth than the one before: what is said of them is within 5 %. */
export const LENGTH_STEP = 1.1;
/** A mail that waited longer than this is late. */
export const LATE_AFTER_SECONDS = 60;
export const MOST_FAILING = 10;

const count = z.int().min(0);
/** Of the days that are looked at, and of as many before them. */
const compared = z.strictObject({ count, before: count });
export type Compared = z.infer<typeof compared>;
const day = z.iso.date();
const parts = <T extends z.ZodType>(what: T) => z.array(z.strictObject({ what, count, before: count }));
/** A name as a browser, a system or an app gave it; null where it gave none, "…" for all that are rare. */
const names = parts(z.string().nullable());
export type Part = { what: string | null; count: number; before: number };

/** The pictures of the page, each a table: the same that is downloaded as CSV. */
export const figureSchemas = {
  /** People active on each day, in the week and in the thirty days that end with it. */
  people: z.array(z.strictObject({ day, active: count, week: count, month: count })),
  signIns: z.array(z.strictObject({ day, succeeded: count, failed: count, refused: count })),
  /** By what was given wrongly; null: a password, or a passkey in place of one. */
  failures: names,
  rules: parts(z.enum(unusualRules)),
  newDevices: z.array(z.strictObject({ day, count })),
  sessions: z.array(z.strictObject({ day, begun: count, ended: count, live: count })),
  ends: parts(z.enum(endReasons)),
  /** Of sessions that ended, from the sign-in to the end. */
  lengths: z.array(z.strictObject({ fromSeconds: count, toSeconds: count.nullable(), count, before: count })),
  /** Sign-ins; Monday is 1. */
  hours: z.array(z.strictObject({ weekday: z.int().min(1).max(7), hour: z.int().min(0).max(23), count })),
  /** Of sessions that began. */
  browsers: names,
  systems: names,
  kinds: parts(z.enum(deviceKinds)),
  apps: names,
  /** ISO 3166-1 alpha-2; null: not known. */
  countries: z.array(z.strictObject({ country: z.string().nullable(), signIns: count, signInsBefore: count, failed: count, failedBefore: count })),
  /** How many accounts have it now, and had before those days; null: nobody looked then. */
  factors: z.array(z.strictObject({ factor: z.enum(["totp", "passkey", "second_step"]), accounts: count, before: count.nullable() })),
  pictures: parts(z.enum(["uploaded", "gravatar", "provider", "removed"])),
  refusedPictures: names,
  mails: z.array(z.strictObject({ day, sent: count, late: count, refused: count })),
  /** Only for who may see users. */
  failing: z.array(z.strictObject({ user: z.strictObject({ id: z.uuid(), name: z.string(), email: z.string() }), failures: count })),
} as const;
export type FigureName = keyof typeof figureSchemas;
export const figureNames = Object.keys(figureSchemas) as [FigureName, ...FigureName[]];

export const insightsSchema = z.strictObject({
  days: z.literal(INSIGHT_DAYS),
  /** The first and the last day, in `zone`. */
  from: day,
  to: day,
  zone: z.string(),
  /** When the figures of today were counted; null before the first time. */
  countedAt: timeSchema.nullable(),
  totals: z.strictObject({
    /** Today, and on average on the days that are looked at. */
    activeDay: compared,
    /** Up to today, and up to the day before those days. */
    activeWeek: compared,
    activeMonth: compared,
    signIns: compared,
    failed: compared,
    refused: compared,
    newDevices: compared,
    accounts: compared,
    begun: compared,
    ended: compared,
    live: compared,
    sent: compared,
    late: compared,
    refusedMails: compared,
    /** Seconds; null where no session ended. */
    medianLength: z.strictObject({ count: count.nullable(), before: count.nullable() }),
    p90Length: z.strictObject({ count: count.nullable(), before: count.nullable() }),
    /** All accounts there are, their pictures, and what these weigh. */
    allAccounts: count,
    pictures: count,
    pictureBytes: count,
  }),
  figures: z.strictObject(figureSchemas),
}).meta({ id: "Insights" });
export type Insights = z.infer<typeof insightsSchema>;
export type Figures = Insights["figures"];

/** Over how many days; 30 unless it is said. */
export const daysQuery = z.strictObject({
  days: z.enum(INSIGHT_DAYS.map(String) as ["7", "30", "90", "365"]).default("30").transform((text) => Number(text) as InsightDays).meta({ type: "integer", enum: [...INSIGHT_DAYS], default: 30 }),
});

export const insightsQuery = daysQuery
  .extend({ format: z.enum(["json", "csv"]).default("json"), figure: z.enum(figureNames).optional() })
  .refine(({ format, figure }) => format === "json" || figure !== undefined, { path: ["figure"], message: "must be named for CSV" });

/** How far back the habits of an account are looked for: as long as a country counts as known to it (ACCOUNTS 7). */
export const HABIT_DAYS = 90;

/** A sign-in as the picture of an account's habits has it; `unusual`: it looked like somebody else's. */
export type SignInTime = { at: string; country: string | null; city: string | null; unusual: boolean };
