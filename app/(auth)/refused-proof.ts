import { clockTime } from "@/components/ui/time-words";
import type { ProofWay, WayName } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { visitorZone } from "../visitor-zone";

const resting: Partial<Record<WayName | ProofWay, string>> = { totp: "codes of the app", recovery_code: "recovery codes" };

/** What a proof that was refused says: a wrong code beside its field, with how many more may be tried; and until when a way rests. */
export async function refusedProof({ clock }: Context, method: WayName | ProofWay, { failure, ...more }: Failure): Promise<Failure> {
  const { triesLeft, retryAfter } = more;
  const left = triesLeft === undefined ? "" : ` ${triesLeft === 1 ? "One try is" : `${triesLeft} tries are`} left.`;
  if (failure === "invalid_code" && method === "passkey") return fail(failure, { ...more, detail: `This passkey is not right.${left}` });
  if (failure === "invalid_code" && method === "password") return fail(failure, { ...more, errors: [{ path: "password", message: `is not right.${left}` }] });
  // Of a right one that was used nothing else may be said; but it is what an owner who is quick gives.
  const once = method === "totp" ? " Each code works once: wait for the next one." : "";
  if (failure === "invalid_code") return fail(failure, { ...more, errors: [{ path: "code", message: `This code is not right.${once}${left}` }] });
  const what = resting[method];
  if (failure !== "rate_limited" || retryAfter === undefined || !what) return fail(failure, more);
  const until = clockTime(clock.now() + retryAfter * 1000, await visitorZone());
  return fail(failure, { ...more, detail: `Too many were wrong: ${what} rest until ${until}. Until then another way has to do.` });
}
