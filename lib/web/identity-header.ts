import { equalInConstantTime, hmac, newSecret } from "@/lib/core/crypto";
import { singleton } from "@/lib/core/singleton";
import type { Identity } from "@/lib/sessions/identity";

/**
 * The middleware's hand-over: what it found out, under a MAC whose key is made at process start and never
 * leaves it. A request that came around the middleware (CVE-2025-29927 and kin) has none, and gains nothing.
 */
export type Handover = {
  identity: Identity;
  requestId: string;
  /** Until when it is answered (of `performance.now()`, which is this process' own). */
  answerBy: number;
};

function key(): string {
  return singleton("handoverKey", () => newSecret());
}

export function sealHandover(handover: Handover): string {
  const body = Buffer.from(JSON.stringify(handover)).toString("base64url");
  return `${body}.${hmac(key(), body)}`;
}

/** Null unless this process made it. */
export function openHandover(header: string | null): Handover | null {
  const [body, mac] = header?.split(".") ?? [];
  if (!body || !mac || !equalInConstantTime(mac, hmac(key(), body))) return null;
  return JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as Handover;
}
