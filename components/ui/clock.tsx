"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { ZONE_COOKIE } from "./zone-cookie";

type ServedClock = { now: number; zone: string };
const ServedContext = createContext<ServedClock>({ now: 0, zone: "UTC" });

/** How far the browser's clock is off, in milliseconds; what the network can explain counts as nothing. */
let correction = 0;
const TOLERATED = 30_000;

const listeners = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | undefined;

function tick() {
  if (!document.hidden) for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    ticker = setInterval(tick, 1000);
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticker);
    document.removeEventListener("visibilitychange", tick);
  };
}

function never(): () => void {
  return () => {};
}

function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** The server's time and the zone it wrote times in; what is inside ticks on from there. */
export function ClockProvider({ now, zone, children }: ServedClock & { children: ReactNode }) {
  const served = useMemo(() => ({ now, zone }), [now, zone]);
  useEffect(() => {
    const off = now - Date.now();
    correction = Math.abs(off) > TOLERATED ? off : 0;
  }, [now]);
  useEffect(() => {
    const own = browserZone();
    if (own !== zone) document.cookie = `${ZONE_COOKIE}=${own}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  }, [zone]);
  return <ServedContext value={served}>{children}</ServedContext>;
}

/**
 * What `select` makes of the time now, in milliseconds, kept up to date by the second. Hydrates with what the
 * server made of its own time, so the two never disagree.
 */
export function useTicking<T extends string | number | boolean>(select: (now: number) => T): T {
  const { now } = useContext(ServedContext);
  return useSyncExternalStore(
    subscribe,
    () => select(serverTime()),
    () => select(now),
  );
}

/** The time now as the server has it, in milliseconds. */
export function serverTime(): number {
  return Date.now() + correction;
}

/** The time zone to show times in: the visitor's own; on the very first page UTC until scripts run. */
export function useZone(): string {
  const { zone } = useContext(ServedContext);
  return useSyncExternalStore(never, browserZone, () => zone);
}
