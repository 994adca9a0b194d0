import type { Context } from "@/lib/core/context";
import { queueMail } from "@/lib/mail/queue-mail";
import { DAY, type Rows } from "./account-story";

/** As long as a way back is good. */
const LATELY = 7 * DAY;

/**
 * The mails that the owners got of devices that signed in lately for the first time, with links that work: *This wasn't me*
 * in the trial's inbox ends the stranger's session. In the transaction of the accounts.
 */
export async function demoMails(tx: Context, { users, devices, addresses, sessions }: Rows, now: Date): Promise<void> {
  for (const device of devices) {
    const user = users.find(({ id }) => id === device.userId);
    const session = sessions.find(({ deviceId }) => deviceId === device.id);
    const address = addresses.find(({ id }) => id === session?.addressId);
    const since = session?.createdAt as Date;
    if (!user || !session || !address || since.getTime() < now.getTime() - LATELY || (user.createdAt as Date) >= since) continue;
    const before = new Set(sessions.filter(({ userId, createdAt }) => userId === user.id && createdAt < since).map(({ addressId }) => addressId));
    const isNewCountry = !addresses.some(({ id, country }) => before.has(id) && country === address.country);
    const done = { at: since.toISOString(), device: device.derivedName, country: address.country ?? null, city: address.city ?? null, address: address.address };
    const common = { userId: user.id, address: user.email, wayBack: { number: 1 }, about: { sessionId: session.id, deviceId: device.id } };
    if (isNewCountry) await queueMail(tx, { kind: "unusual_sign_in", ...common, facts: { done, rules: ["new_country"] } });
    else await queueMail(tx, { kind: "new_device", ...common, facts: { done } });
  }
}
