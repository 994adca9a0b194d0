import { z } from "zod";
import { timeSchema } from "@/lib/core/time-schema";
import { unusualRules } from "@/lib/core/unusual-rule";

const rules = z.array(z.enum(unusualRules));

/**
 * When, on what and from where something was asked for by somebody who may be a stranger, to whom the mail goes or of whom
 * it tells. `device` is in our words (`nameInOurWords`), never in those that somebody typed or that his program sends: whoever
 * signs up with another's address would put his words into that person's mail. No IP address: it is nothing for a stranger to know.
 */
const asked = z.strictObject({ at: timeSchema, device: z.string(), country: z.string().nullable(), city: z.string().nullable() });
export type Asked = z.infer<typeof asked>;

/** The same of something that was done to the account or in it, for its owner. */
const done = asked.extend({ address: z.string().nullable() });
export type Done = z.infer<typeof done>;

/** By whose word a sign-in began, as the operator labels it. */
const provider = z.string().optional();

/** What was added to what opens an account, or is asked besides. */
const factorNames = ["totp", "passkey", "second_step", "recovery_codes"] as const;
export type FactorName = (typeof factorNames)[number];
const removedNames = [...factorNames, "identity"] as const;
export type RemovedName = (typeof removedNames)[number];

/** What each kind of mail tells. It may stand in a queue: nothing here opens anything. */
export const mailFacts = {
  code: z.strictObject({ purpose: z.enum(["sign_up", "sign_in", "email_change", "step_up", "provider"]), asked, /** Why a sign-in is asked for it. */ rules }),
  /** Somebody signs up with an address that has an account. */
  account_exists: z.strictObject({ asked }),
  /** `refused`: none is taken any more, since somebody went back on what a stranger did. */
  forgotten: z.strictObject({ asked, refused: z.boolean().optional() }),
  forgotten_no_password: z.strictObject({ asked, passkeys: z.boolean(), /** As the operator labels them. */ providers: z.array(z.string()) }),
  /** `reset`: by way of a forgotten one. */
  password_changed: z.strictObject({ done, reset: z.boolean() }),
  new_device: z.strictObject({ done, provider }),
  unusual_sign_in: z.strictObject({ done, rules, provider }),
  /** To the old address. */
  email_changed: z.strictObject({ done, newEmail: z.string() }),
  /** `sentTo`: the new address; or the old one, where a second step older than the change keeps it from being undone by mail; or an old one that nobody had proven, which may be a stranger's and opens nothing. */
  email_changed_notice: z.strictObject({ done, newEmail: z.string(), sentTo: z.enum(["new", "old", "unproven"]) }),
  /** To the owner of an address that somebody wanted for another account. */
  address_taken: z.strictObject({ asked }),
  /** Of the first one that an account gets, with the way back. `name`: a passkey's. */
  factor_added: z.strictObject({ done, what: z.enum(factorNames), name: z.string().nullable() }),
  /** `name`: a passkey's, or a provider's as the operator labels it. */
  factor_removed: z.strictObject({ done, what: z.enum(removedNames), name: z.string().nullable() }),
  /** An account at another provider opens this one too. `email`: as that tells it; `isKept`: a second step confirmed it, and it is not undone by mail. */
  identity_linked: z.strictObject({ done, provider: z.string(), email: z.string().nullable(), isKept: z.boolean() }),
  recovery_code_used: z.strictObject({ done, /** How many are left. */ left: z.int() }),
  /** Somebody who has the password was stopped at the second step too often: it is refused from then on. */
  password_compromised: z.strictObject({ done }),
  /** A passkey's counter went back: there may be a copy of it. */
  passkey_counter: z.strictObject({ done, name: z.string() }),
  second_step_guesses: z.strictObject({ done, /** In the last hour; in step-ups since a right one. */ guesses: z.int(), inSession: z.boolean().optional(), /** What was shown before them, where it was not the password; and whether it is refused now. */ provider: z.string().optional(), isRefused: z.boolean().optional() }),
  /** Of a session that ends for good, however much it is used. `others`: how many more do in the days to come, later than this one. */
  session_ending: z.strictObject({ device: z.string(), beganAt: timeSchema, endsAt: timeSchema, others: z.int() }),
  export_ready: z.strictObject({ askedAt: timeSchema, goneAt: timeSchema, bytes: z.int() }),
  /** `done`: null where an administrator asked. */
  deletion_asked: z.strictObject({ done: done.nullable(), dueAt: timeSchema, /** Its owner cannot keep it: it goes at once, or is disabled. */ final: z.enum(["at_once", "disabled"]).optional() }),
  /** `takenBack`: not by a sign-in, but with what came to be while somebody else had the account. */
  deletion_cancelled: z.strictObject({ done: done.nullable(), takenBack: z.boolean().optional() }),
  reset_by_administrator: z.strictObject({ at: timeSchema, what: z.enum(["reset_link", "second_step"]) }),
} as const;

/** A row of the queue that is no mail: a right to set a password whose link somebody hands over. Unlike a mailed one it proves no address. */
export const HANDED_OVER = "handed_over";

export type MailKind = keyof typeof mailFacts;
export type MailFacts<K extends MailKind> = z.infer<(typeof mailFacts)[K]>;

/** A code of six digits, and for how long it is good. */
type WithCode = { code: string; minutes: number };
/** A link of one use that sets a password. */
type WithResetLink = { link: string; minutes: number };
/** A link that goes back (ACCOUNTS 2), good until then. */
export type WayBack = { url: string; until: string };

/** What opens something: made when the mail is rendered, and readable nowhere else. */
type Carried = {
  code: WithCode;
  forgotten: WithResetLink;
  forgotten_no_password: WithResetLink;
  password_changed: { back: WayBack };
  new_device: { back: WayBack };
  unusual_sign_in: { back: WayBack };
  email_changed: { back: WayBack };
  /** Only the account's first: who adds a later one was asked for one of those before. */
  factor_added: { back?: WayBack };
  identity_linked: { back: WayBack };
  /** Only to the old address, where it still ends sessions. */
  email_changed_notice: { back: WayBack | null };
};

/** All that a mail is rendered from. `account`: the address that the mail is about, whose owner reads it; shown in its foot. */
export type MailOf<K extends MailKind> = { kind: K; account: string; facts: MailFacts<K> } & (K extends keyof Carried ? Carried[K] : unknown);
export type MailContent = { [K in MailKind]: MailOf<K> }[MailKind];
