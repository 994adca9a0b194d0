import { clientNetwork, clientSite } from "@/lib/addresses/client-network";
import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { Limit } from "@/lib/rate-limits/limit";
import { limitKey } from "@/lib/rate-limits/limit-key";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";

const HOUR = 3600;

/**
 * Whether one more mail may go to this address that anybody could have caused, from this network (ACCOUNTS 5). Counts it.
 * Links to a new password and codes apart, and of each no more than four from one site: else six sign-ups an hour would keep
 * somebody out of "Forgot password", and a single machine would keep everybody from having any.
 */
export function mayMailStranger(context: Context, what: "link" | "code", addressKey: string, from: string | null): Promise<boolean> {
  return take(context, [
    { key: limitKey(`mail.${what}-to`, addressKey), points: 6, seconds: HOUR },
    { key: limitKey(`mail.${what}-to-from`, addressKey, clientSite(from)), points: 4, seconds: HOUR },
    { key: limitKey("mail.network", clientNetwork(from)), points: 20, seconds: HOUR },
    { key: limitKey("mail.site", clientSite(from)), points: 200, seconds: HOUR },
  ]);
}

/**
 * Refuses one more code that who is signed in asks for, whatever the address that it would go to: after a step-up, or
 * for the account's own, or for one. Apart: a borrowed session must not keep the owner from a change. Errors: `rate_limited`.
 */
export async function refuseManyCodes(context: Context, userId: string, what: "change" | "own" | "step-up"): Promise<Failure | undefined> {
  const taken = await takeAll(context, [{ key: limitKey(`mail.asked-${what}`, userId), points: 20, seconds: HOUR }]);
  return isFailure(taken) ? taken : undefined;
}

/** Whether one more mail may tell of a new device. An earlier one's way back undoes the later sign-ins too. */
export function mayMailDevice(context: Context, userId: string): Promise<boolean> {
  return take(context, [{ key: limitKey("mail.device", userId), points: 6, seconds: HOUR }]);
}

/** The same for codes after a right password: six an hour, five guesses each, whatever the number of attempts. */
export function mayMailCode(context: Context, userId: string): Promise<boolean> {
  return take(context, [{ key: limitKey("mail.code", userId), points: 6, seconds: HOUR }]);
}

/** The same for codes of step-ups: whoever borrows a session uses up neither those of sign-ins nor the owner's own mail. */
export function mayMailStepUp(context: Context, userId: string): Promise<boolean> {
  return take(context, [{ key: limitKey("mail.step-up", userId), points: 6, seconds: HOUR }]);
}

/** The same for what was asked for on a device that the account knows: no stranger's flood, nor a thief's, uses these up. */
export function mayMailOwner(context: Context, userId: string): Promise<boolean> {
  return take(context, [{ key: limitKey("mail.owner", userId), points: 6, seconds: HOUR }]);
}

/** Whether what is over the budget of strangers may be kept until it is known whose browser asked: few for each, so that no flood fills the queue. */
export function mayKeepForOwner(context: Context, browserId: string, addressKey: string): Promise<boolean> {
  return take(context, [
    { key: limitKey("mail.kept", browserId, addressKey), points: 6, seconds: HOUR },
    { key: limitKey("mail.kept-network", clientNetwork(context.request.address)), points: 60, seconds: HOUR },
  ]);
}

/** All of these that are counted by the account or its address alone. */
export function mailKeysOf(userId: string, addressKey: string): string[] {
  const ofUser = ["mail.asked-change", "mail.asked-own", "mail.asked-step-up", "mail.device", "mail.code", "mail.step-up", "mail.owner"];
  return [...ofUser.map((name) => limitKey(name, userId)), ...["mail.link-to", "mail.code-to"].map((name) => limitKey(name, addressKey))];
}

async function take(context: Context, limits: readonly Limit[]): Promise<boolean> {
  return !isFailure(await takeAll(context, limits));
}

async function takeAll(context: Context, limits: readonly Limit[]): Promise<Failure | void> {
  const place = await reserveAttempt(context, limits, performance.now());
  if (isFailure(place)) return place;
  await place.settle(limits);
}
