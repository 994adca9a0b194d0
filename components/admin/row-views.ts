import type { AdminSession } from "@/lib/admin/schema";
import { placeName } from "@/lib/core/place-name";
import type { EndReason } from "@/lib/sessions/schema";

/** A session as a row of the table shows it. */
export type SessionRow = {
  id: string;
  current: boolean;
  /** Its owner may do more than the visitor, who cannot end it (decision 18). */
  beyond: boolean;
  user: { id: string; name: string; email: string; image: string | null };
  device: string;
  kind: AdminSession["device"]["kind"];
  userAgent: string;
  place: string | null;
  address: string;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  endedAt: string | null;
  endWords: string | null;
  /** The provider by whose word it began. */
  through: string | null;
};

const endWords: Record<EndReason, string> = {
  signed_out: "Signed out",
  ended_by_user: "Ended by its owner",
  ended_all: "Ended by its owner, with all",
  ended_by_admin: "Ended by an administrator",
  over_limit: "Made room for a newer one",
  expired: "Not used any more",
  password_changed: "Password changed",
  account_disabled: "Account disabled",
  token_reused: "Token used twice",
  password_reset: "Password reset",
  not_me: "“This wasn’t me”",
  email_undone: "Change of address undone",
  ended_by_provider: "Ended by another provider",
  deleted: "Account to be deleted",
};

/** `beyond`: the users who hold more than the visitor; `through`: by session, the provider that it began with. For the server only, as `placeName` is. */
export function sessionRows(sessions: readonly AdminSession[], beyond: ReadonlySet<string>, through: Readonly<Record<string, string>> = {}): SessionRow[] {
  return sessions.map(({ id, current, user, device, ip, createdAt, lastSeenAt, expiresAt, endedAt, endReason }) => ({
    id,
    current,
    beyond: beyond.has(user.id),
    user: { id: user.id, name: user.name, email: user.email, image: user.image?.small ?? null },
    device: device.name,
    kind: device.kind,
    userAgent: device.userAgent,
    place: placeName(ip),
    address: ip.address,
    createdAt,
    lastSeenAt,
    expiresAt,
    endedAt,
    endWords: endReason ? endWords[endReason] : endedAt && "Ended",
    through: through[id] ?? null,
  }));
}
