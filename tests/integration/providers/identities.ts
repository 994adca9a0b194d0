import { eq } from "drizzle-orm";
import { identities, users } from "@/db/schema";
import { isBegunAttempt, type SignedInNow, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import { type ProvenNow, proveAttempt } from "@/lib/auth/prove-attempt";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import type { ProofInput } from "@/lib/auth/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { ProviderIdentity } from "@/lib/factors/provider-identity";
import { linkIdentity } from "@/lib/providers/link-identity";
import { signInByProvider } from "@/lib/providers/sign-in-by-provider";
import { newBrowser, visitor } from "@/tests/integration/auth/account";
import { newAddress } from "@/tests/integration/auth/proving";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";

/** Two providers: one that many have an account with, and one that says when its owner was there last. */
export const providersEnv = {
  OIDC_PROVIDERS: "google,acme",
  OIDC_GOOGLE_CLIENT_ID: "google-client",
  OIDC_GOOGLE_CLIENT_SECRET: "google-secret",
  OIDC_ACME_ISSUER: "http://127.0.0.1:9",
  OIDC_ACME_CLIENT_ID: "acme-client",
  OIDC_ACME_CLIENT_SECRET: "acme-secret",
  OIDC_ACME_LABEL: "Acme",
} as const;

/** A house with mail and those providers. */
export async function openProvidersWorld(more: Record<string, string> = {}): Promise<{ context: Context; inbox: TestMail }> {
  const inbox = await startTestMail();
  const { context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env, ...providersEnv, ...more });
  await trust(context);
  return { context, inbox };
}

/** Somebody whom a provider vouches for, and whom nobody knows here. */
export function somebody(known: Partial<ProviderIdentity> = {}): ProviderIdentity {
  return { provider: "google", subject: newId(), email: newAddress(), emailTrusted: true, name: "Mia Ōta", picture: null, authenticatedAt: null, sid: null, ...known };
}

export const spent = async () => {};

/** Comes back from the provider, to sign in. */
export function come(context: Context, identity: ProviderIdentity, browser: SigningBrowser = newBrowser(), more: Partial<Parameters<typeof signInByProvider>[1]> = {}): Promise<SignedInNow | BegunAttempt | Failure> {
  return signInByProvider(visitor(context), { identity, remember: false, next: null, spend: spent, ...more }, browser);
}

export function entered(result: SignedInNow | BegunAttempt | ProvenNow | Failure): SignedInNow {
  if (isFailure(result)) throw new Error(`${result.failure}: ${result.detail ?? JSON.stringify(result.errors)}`);
  if (isBegunAttempt(result)) throw new Error("something more is asked");
  if ("changed" in result) throw new Error("an address was changed");
  return "begun" in result ? result.begun : result;
}

export function asked(result: SignedInNow | BegunAttempt | ProvenNow | Failure): BegunAttempt {
  if (isFailure(result)) throw new Error(`${result.failure}: ${result.detail ?? JSON.stringify(result.errors)}`);
  if (!isBegunAttempt(result)) throw new Error("nothing more is asked");
  return result;
}

export function prove(context: Context, credential: AttemptCredential, proof: ProofInput) {
  return proveAttempt(visitor(context), credential, proof, { prior: null });
}

export function userOf(context: Context, { user, session }: SignedInNow): UserContext {
  return { ...visitor(context), actor: { kind: "user", userId: user.id, sessionId: session.id } };
}

/** Links it to the account of who asks, just after a step-up. */
export async function link(user: UserContext, proof: string, identity: ProviderIdentity) {
  const { ways } = await account(user, user.actor.userId);
  return linkIdentity(user, { identity, proof: { secret: proof }, ways, spend: spent });
}

export async function account({ db }: Context, userId: string) {
  const [row] = await db.select().from(users).where(eq(users.id, userId));
  if (!row) throw new Error("no such account");
  return row;
}

/** Whose it is. */
export async function ownerOf({ db }: Context, { subject }: ProviderIdentity): Promise<string | null> {
  const rows = await db.select().from(identities).where(eq(identities.subject, subject));
  return rows[0]?.userId ?? null;
}
