import type { Context } from "@/lib/core/context";
import { iso } from "@/lib/core/time";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";
import type { Asked, Done } from "@/lib/mail/kinds";

/** When, on what and from where a request came, for a mail about it. */
export function askedBy({ clock, request, geo }: Context): Asked {
  const { country, city } = request.address === null ? { country: null, city: null } : geo.locate(request.address);
  return { at: iso(clock.now()), device: describeUserAgent(request.userAgent, request.hints).derivedName, country, city };
}

/** The same of something that was done to an account, for its owner. */
export function doneBy(context: Context): Done {
  return { ...askedBy(context), address: context.request.address };
}
