import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { providerLabel } from "@/lib/factors/provider-label";
import type { ProviderIdentity } from "@/lib/factors/provider-identity";
import type { Through } from "@/lib/sessions/begin-session";
import type { AttemptRow } from "./attempt-row";
import { emailSchema } from "./schema";
import { sealedFacts } from "./sealed-account";

/** As much of it as an attempt keeps, sealed. */
export type KeptIdentity = Pick<ProviderIdentity, "provider" | "subject" | "email" | "name" | "picture" | "sid">;

/**
 * What an attempt that began at another provider does when it ends: `sign_in`, to the account that it is linked to; `enter`,
 * once it is proven that the address is theirs; `link`, to the account that has the address.
 */
export type PendingIdentity = { identity: KeptIdentity; does: "sign_in" | "enter" | "link" };

/** The identity that an attempt is about. Null: it began in another way, or no key opens it any more. */
export function pendingIdentity(context: Context, attempt: AttemptRow): PendingIdentity | null {
  return sealedFacts(context, attempt)?.pending ?? null;
}

export function keptIdentity({ provider, subject, email, name, picture, sid }: ProviderIdentity): KeptIdentity {
  return { provider, subject, email, name, picture, sid };
}

/** What a session remembers of it. */
export function throughOf({ provider, subject, sid }: KeptIdentity): Through {
  return { provider, subject, sid };
}

/** The address that a provider tells, if it is one. */
export function addressOf({ email }: Pick<ProviderIdentity, "email">): string | null {
  return emailSchema.safeParse(email).data ?? null;
}

/** Said alike whatever account it would have led to, and whatever became of that. */
export function refusedIdentity({ settings }: Context, { provider }: Pick<KeptIdentity, "provider">): Failure {
  return fail("invalid_credentials", { detail: `You could not be signed in with ${providerLabel(settings, provider)}. Try another way.` });
}
