import type { addresses, devices, events, passkeys, sessions, users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";
import { type Browser, type PlaceName, places, userAgents } from "./people";
import type { Random } from "./random";

type Row<T extends { $inferInsert: unknown }> = T["$inferInsert"];
export type Rows = {
  users: Row<typeof users>[];
  devices: Row<typeof devices>[];
  addresses: Row<typeof addresses>[];
  sessions: Row<typeof sessions>[];
  events: Row<typeof events>[];
  passkeys: Row<typeof passkeys>[];
};
export type User = Row<typeof users>;
export type Device = Row<typeof devices>;
export type Address = Row<typeof addresses>;
export type End = { at: Date; reason: "signed_out" | "ended_by_user" | "expired" };

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const NO_HINTS = { platform: null, platformVersion: null, model: null, mobile: null };

/** Writes one account's history into `rows`, so that session, device, address and event agree with each other. */
export function accountStory(rows: Rows, random: Random, account: { email: string; name: string; role?: string; passwordHash: string; createdAt: Date }) {
  const user: User = { ...account, id: random.id(account.createdAt), emailKey: emailKey(account.email), emailVerified: true };
  rows.users.push(user);
  const placed = new Map<string, Address>();

  function event(type: string, at: Date, more: Partial<Row<typeof events>> = {}, from?: Address) {
    const { address = null, country = null, city = null } = from ?? {};
    rows.events.push({ id: random.id(at), userId: user.id, type, at, actor: "user", address, country, city, ...more });
  }

  return {
    user,
    event,
    device(browser: Browser, firstSeenAt: Date, givenName: string | null = null): Device {
      const { derivedName, browser: program, os, kind } = describeUserAgent(userAgents[browser], NO_HINTS);
      const id = random.id(firstSeenAt);
      const browserId = random.id(firstSeenAt);
      const device: Device = { id, userId: user.id, browserId, givenName, derivedName, browser: program, os, kind, userAgent: userAgents[browser], firstSeenAt, lastSeenAt: firstSeenAt };
      rows.devices.push(device);
      if (givenName) event("device.named", new Date(firstSeenAt.getTime() + HOUR), { deviceId: id, detail: { name: givenName } });
      return device;
    },
    /** A phone with an app of somebody's that signs in here. */
    app(name: string, os: string, firstSeenAt: Date): Device {
      const device: Device = { id: random.id(firstSeenAt), userId: user.id, browserId: random.id(firstSeenAt), derivedName: `${name.replace(/ [\d.]+$/, "")} on ${os}`, browser: name, os, kind: "app", userAgent: name.replace(" ", "/"), firstSeenAt, lastSeenAt: firstSeenAt };
      rows.devices.push(device);
      return device;
    },
    /** A passkey that nobody holds: it opens nothing. `asked`: the second step is on since then. */
    passkey(name: string, at: Date, asked: boolean): void {
      if (asked) Object.assign(user, { secondStep: true, secondStepSince: 0 });
      rows.passkeys.push({ id: random.id(at), userId: user.id, credentialId: random.id(at), publicKey: "", counter: 0, synced: true, name, number: 1, createdAt: at, lastUsedAt: at });
      event("factor.added", at, { detail: { what: "passkey", name } });
    },
    /** Noted with the first session from there. */
    address(place: PlaceName, host: number): Address {
      const { network, country, city } = places[place];
      const text = `${network}.${host}`;
      const known = placed.get(text);
      if (known) return known;
      const at = account.createdAt;
      const address: Address = { id: random.id(at), userId: user.id, address: text, country, city, firstSeenAt: new Date(8.64e15), lastSeenAt: new Date(0) };
      placed.set(text, address);
      return address;
    },
    /** A session from `begun` to its last use, and how it ended; without an end it is live. */
    session(device: Device, address: Address, times: { begun: Date; lastUse: Date; remembered: boolean; end?: End; detail?: Record<string, unknown> }) {
      const { begun, lastUse, remembered, end, detail = {} } = times;
      const ttl = remembered ? 30 * DAY : HOUR / 2;
      const expiresAt = new Date(lastUse.getTime() + ttl);
      const id = random.id(begun);
      rows.sessions.push({
        id, userId: user.id, deviceId: device.id, addressId: address.id, client: device.kind === "app" ? "native" : "browser", secretHash: id,
        ttlSeconds: ttl / 1000, createdAt: begun, lastSeenAt: lastUse, expiresAt, checkedAt: lastUse, checkDueAt: expiresAt,
        absoluteExpiresAt: new Date(begun.getTime() + (remembered ? 90 : 30) * DAY),
        endedAt: end?.at ?? null, endReason: end?.reason ?? null, endRecordedAt: end?.at ?? null, endSettled: end !== undefined,
      });
      if (!rows.addresses.includes(address)) rows.addresses.push(address);
      for (const seen of [device, address]) {
        if ((seen.firstSeenAt as Date) > begun) seen.firstSeenAt = begun;
        if ((seen.lastSeenAt as Date) < lastUse) seen.lastSeenAt = lastUse;
      }
      event("sign_in.succeeded", begun, { sessionId: id, deviceId: device.id, detail }, address);
      if (end) event("session.ended", end.at, { sessionId: id, deviceId: device.id, detail: { reason: end.reason }, actor: end.reason === "expired" ? "system" : "user" }, end.reason === "expired" ? undefined : address);
      return id;
    },
  };
}

export type Story = ReturnType<typeof accountStory>;
