import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { DeviceInput } from "@/lib/devices/schema";
import { type Begun, beginSession, type NewSession } from "@/lib/sessions/begin-session";
import type { SessionCredential } from "@/lib/sessions/credential";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { issueTokens } from "@/lib/tokens/issue-tokens";
import type { Tokens } from "@/lib/tokens/schema";
import { secondStepOf } from "@/lib/factors/second-step";
import { startLine } from "@/lib/tokens/start-line";
import { type BegunAttempt, beginAttempt } from "./begin-attempt";
import { type KeptIdentity, throughOf } from "./pending-identity";
import { tellOfNewDevice } from "./tell-of-new-device";
import { tellSettled } from "./tell-settled";
import { trustDevice } from "./trust-device";
import { type Asking, whatIsAsked } from "./what-is-asked";

/** The browser that signs in: what its device cookie names, and the live session cookie that came along. */
export type SigningBrowser = { browserId: string; prior: SessionCredential | null };

/** How it wants to be signed in. */
export type SigningInput = { remember?: boolean | undefined; client?: "browser" | "native" | undefined; device?: DeviceInput | undefined };

/** A session that has just begun; `tokens` for a native client, which has no cookie. */
export type SignedInNow = Begun & { tokens: Tokens | null };

export type Proven = Pick<NewSession, "userId" | "ways" | "also" | "under" | "raises" | "isWeak" | "detail" | "begun" | "through"> & {
  /** What the policy goes by, where something may still be asked. */
  asking?: Asking;
  /** The account did not know the device: its owner is told, and which rules of an unusual sign-in fired. */
  newDevice?: { rules: readonly UnusualRule[] };
  /** The account was to be deleted, and is kept by this (lib/leaving/keep-account.ts). */
  keeps?: boolean;
  /** A second step was given, and is not asked for again on this device for as long as the operator says. */
  trust?: boolean;
  /** At another provider, by whose word it began. */
  identity?: KeptIdentity | undefined;
};

/**
 * The one way to a session, whatever the method of signing in: call it when, and only when, it is proven who asks.
 * `ways` is the account's counter as it was read with what was proven. What the policy asks beyond that is found out
 * under the account's lock, and an attempt is written in place of a session; also where nothing more is asked, of an account
 * that is to be deleted: in that one it can be kept, and nothing else. What changes a way in (`raises`) is never held back so. Errors:
 * `invalid_credentials` (a way in was changed or the account disabled meanwhile), and those of `also` and `under`.
 */
export async function completeSignIn(
  context: Context,
  { asking, newDevice, trust = false, keeps = false, identity, through = identity && throughOf(identity), detail, begun: onBegun, isWeak = asking !== undefined && isWeakProof(asking), ...proven }: Proven,
  browser: SigningBrowser,
  { remember = false, client = "browser", device }: SigningInput,
): Promise<SignedInNow | BegunAttempt | Failure> {
  let refreshToken = "";
  let email = "";
  const { token: _token, ...app } = device ?? {};
  const begun = await beginSession<BegunAttempt>(context, {
    ...proven,
    browserId: browser.browserId,
    detail: { ...detail, ...(newDevice && newDevice.rules.length > 0 && { rules: newDevice.rules }), ...(trust && { trusted: true }) },
    isWeak,
    through,
    prior: client === "browser" ? browser.prior : null,
    client,
    ...(client === "native" && { app }),
    remember,
    async instead(tx, user) {
      email = user.email;
      const asked = asking ? await whatIsAsked(tx, asking, browser.browserId) : null;
      if (!asked && (user.deletionDueAt === null || keeps)) return null;
      // It would commit a change that nobody is told of, in front of an attempt that is dead by it.
      if (proven.raises) throw new Error("a change of a way in is not held back");
      const common = {
        kind: "sign_in",
        account: { userId: user.id, ways: user.ways },
        browserId: browser.browserId,
        client,
        app: client === "native" ? app : undefined,
        remember,
        next: asking?.next ?? null,
        ...(identity && { proven: [`provider:${identity.provider}` as const] }),
      } as const;
      const secret = identity && { pending: { identity, does: "sign_in" } };
      if (asking && asked) {
        return beginAttempt(tx, { ...common, email: asking.email, deviceKnown: asking.account.deviceId !== null, secondStep: secondStepOf(asking.account.factors) !== null, asked, rules: asking.rules, secret });
      }
      return beginAttempt(tx, { ...common, email: asking?.email ?? email, deviceKnown: newDevice === undefined, keeps: true, asked: [], rules: newDevice?.rules ?? [], secret: { ...secret, isWeak } });
    },
    async begun(tx, session, known) {
      await onBegun?.(tx, session, known);
      if (client === "native") refreshToken = await startLine(tx, session);
      if (trust) await trustDevice(tx, known, proven.ways);
      if (newDevice) await tellOfNewDevice(tx, { session, device: known }, { email, ways: proven.ways, rules: newDevice.rules });
    },
  });
  if (isFailure(begun)) return begun;
  if ("held" in begun) {
    // It has taken the place of one that this browser had under way, about which others may be asked.
    await tellSettled(context, begun.held.attempt);
    return begun.held;
  }
  if (client === "browser") return { ...begun, tokens: null };
  const { u: userId, s: id, t: ttlSeconds, a } = begun.credential;
  const session = { id, userId, ttlSeconds, absoluteExpiresAt: new Date(a) };
  const tokens = await issueTokens(context, session, refreshToken, Date.parse(begun.session.expiresAt) - Date.parse(begun.session.createdAt));
  return { ...begun, tokens };
}

/**
 * Less than the account's strongest way was shown. A password on a trusted device: whoever took that over with its session must not
 * change the account by it. Another provider's word: it may have known its owner for weeks.
 */
function isWeakProof({ first, account }: Asking): boolean {
  return first === "provider" || (first !== "passkey" && secondStepOf(account.factors) !== null);
}

export function isBegunAttempt(value: object): value is BegunAttempt {
  return "attempt" in value;
}
