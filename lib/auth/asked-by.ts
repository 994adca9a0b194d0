import type { Context } from "@/lib/core/context";
import { iso } from "@/lib/core/time";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";
import { nameInOurWords } from "@/lib/devices/name-in-our-words";
import type { Asked, Done } from "@/lib/mail/kinds";

/** When, on what and from where a request came, for a mail about it that may go to somebody else. */
export function askedBy({ clock, request, geo }: Context): Asked {
  const { country, city } = request.address === null ? { country: null, city: null } : geo.locate(request.address);
  return { at: iso(clock.now()), device: nameInOurWords(request.userAgent, request.hints), country, city };
}

/** The same of something that was done to an account, for its owner. */
export function doneBy(context: Context): Done {
  const { userAgent, hints, address } = context.request;
  return { ...askedBy(context), device: describeUserAgent(userAgent, hints).derivedName, address };
}
