import { DAY } from "@/components/ui/time-words";
import { placeName } from "@/lib/core/place-name";
import type { Device } from "@/lib/devices/schema";
import type { EndReason, Session } from "@/lib/sessions/schema";

export type SessionView = {
  id: string;
  current: boolean;
  client: Session["client"];
  place: string | null;
  address: string;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  absoluteExpiresAt: string;
  endedAt: string | null;
  endReason: EndReason | null;
  newAddress: boolean;
  /** The provider by whose word it began. */
  through: string | null;
};

/** A device with the sessions that it has, as the cards and the picture show it. */
export type DeviceView = {
  id: string;
  name: string;
  named: boolean;
  /** "Safari on iPadOS 26", whatever its owner calls it; null when nothing is known. */
  model: string | null;
  kind: Device["kind"];
  userAgent: string;
  firstSeenAt: string;
  /** Until when no second step is asked for there. */
  trustedUntil: string | null;
  sessions: SessionView[];
};

const SHOWN_FOR = 14 * DAY;
/** A stranger who signs in twice stays marked: an address becomes known a day after its first session. */
const NEW_FOR = DAY;

/** The sessions that began lately from an address that was new to the account; its very first address is none. */
function fromNewAddress(sessions: readonly Session[], now: number): Set<string> {
  const firstSeen = new Map<string, number>();
  const found = new Set<string>();
  for (const session of [...sessions].sort((a, b) => a.createdAt.localeCompare(b.createdAt))) {
    const began = Date.parse(session.createdAt);
    const first = firstSeen.get(session.ip.address) ?? (firstSeen.size === 0 ? 0 : began);
    firstSeen.set(session.ip.address, first);
    if (began - first < NEW_FOR && now - began < SHOWN_FOR) found.add(session.id);
  }
  return found;
}

function modelOf(device: Device): string | null {
  if (device.browser && device.os) return `${device.browser} on ${device.os}`;
  return device.browser ?? device.os;
}

function sessionView(session: Session, newAddress: boolean, through: string | null): SessionView {
  const { id, current, client, ip, createdAt, lastSeenAt, expiresAt, absoluteExpiresAt, endedAt, endReason } = session;
  const place = placeName(ip);
  return { id, current, client, place, address: ip.address, createdAt, lastSeenAt, expiresAt, absoluteExpiresAt, endedAt, endReason, newAddress, through };
}

/** Sessions gathered by their device, in the order in which each device first comes. `all` decides what is new; `through`: by session, the provider that it began with. */
export function deviceViews(sessions: readonly Session[], all: readonly Session[], now: number, through: Readonly<Record<string, string>> = {}): DeviceView[] {
  const fresh = fromNewAddress(all, now);
  const views = new Map<string, DeviceView>();
  for (const session of sessions) {
    const { device } = session;
    let view = views.get(device.id);
    if (!view) {
      const { id, name, named, kind, userAgent, firstSeenAt, trustedUntil } = device;
      view = { id, name, named, model: modelOf(device), kind, userAgent, firstSeenAt, trustedUntil, sessions: [] };
      views.set(id, view);
    }
    view.sessions.push(sessionView(session, fresh.has(session.id), through[session.id] ?? null));
  }
  return [...views.values()];
}
