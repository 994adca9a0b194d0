import { z } from "zod";
import { eventSchema } from "@/lib/events/schema";
import { sessionSchema } from "@/lib/sessions/schema";
import { publicUserSchema, userSchema } from "@/lib/users/schema";

/** Whose something is, as administrators see it. */
export const ownerSchema = publicUserSchema.extend({ email: z.string() });
export type Owner = z.infer<typeof ownerSchema>;

export const adminSessionSchema = sessionSchema.extend({ user: ownerSchema });
export type AdminSession = z.infer<typeof adminSessionSchema>;

export const adminUserSchema = userSchema.extend({
  disabled: z.boolean(),
  /** The last use of any of their sessions; null before the first. */
  lastSeenAt: z.string().nullable(),
});
export type AdminUser = z.infer<typeof adminUserSchema>;

/** Of users: a second step that is on or off; something by which one could be given, or nothing. */
export const factorFilters = ["on", "off", "totp", "passkey", "none"] as const;
export type FactorFilter = (typeof factorFilters)[number];

/** What an account has beside its password. */
export type UserFactors = {
  /** A second step is asked. */
  on: boolean;
  totp: boolean;
  passkeys: number;
  recoveryCodesLeft: number;
  /** What the operator calls the providers that open it; they are no second step. */
  providers: string[];
  /** Its role needs one (`REQUIRE_SECOND_FACTOR`). */
  required: boolean;
};

/** `user`: whom it is about; `by`: who did it, when it was somebody else. */
export const adminEventSchema = eventSchema.extend({ user: ownerSchema.nullable(), by: ownerSchema.nullable() });
export type AdminEvent = z.infer<typeof adminEventSchema>;

export const endedSchema = z.strictObject({ matched: z.int(), users: z.int(), ended: z.int() });
export type Ended = z.infer<typeof endedSchema>;

export const statuses = ["active", "ended", "all"] as const;
export type Status = (typeof statuses)[number];

export const sorts = ["newest", "oldest"] as const;
export type Sort = (typeof sorts)[number];

/** The first look at everyone's sessions. A number may be a bound (`atLeast`) or come from PostgreSQL's statistics (`about`): nothing is counted whole. */
export type SessionSummary = {
  live: { count: number; exact: boolean };
  /** Began within the last hour. */
  fresh: { count: number; exact: boolean };
  /** Failed sign-ins within the last day; null for who may not read events. */
  failed: { count: number; exact: boolean } | null;
  /** Where the newest of the live sessions are: the first countries, of so many sessions. */
  countries: { country: string | null; count: number }[];
  sample: number;
};
