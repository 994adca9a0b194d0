import type { devices, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { iso } from "@/lib/core/time";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { providerLabel } from "@/lib/factors/provider-label";
import { queueMail } from "@/lib/mail/queue-mail";

type NewSession = { session: typeof sessions.$inferSelect; device: typeof devices.$inferSelect };
type OfAccount = { /** The account's address as it is, and its counter. */ email: string; ways: number; rules: readonly UnusualRule[] };

/**
 * Tells the owner that a device signed in that the account did not know, with the way back: to before whatever comes
 * next (ACCOUNTS 2). In the transaction that begins the session.
 */
export async function tellOfNewDevice(tx: Context, { session, device }: NewSession, { email, ways, rules }: OfAccount): Promise<void> {
  const { address } = tx.request;
  const { country, city } = address === null ? { country: null, city: null } : tx.geo.locate(address);
  const done = { at: iso(session.createdAt), device: device.derivedName, country, city, address };
  const common = { userId: session.userId, address: email, wayBack: { number: ways + 1 }, about: { sessionId: session.id, deviceId: device.id } };
  const through = session.provider !== null && { provider: providerLabel(tx.settings, session.provider) };
  if (rules.length > 0) await queueMail(tx, { kind: "unusual_sign_in", ...common, facts: { done, rules: [...rules], ...through } });
  else await queueMail(tx, { kind: "new_device", ...common, facts: { done, ...through } });
}
