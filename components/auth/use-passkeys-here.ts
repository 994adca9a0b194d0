"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useSyncExternalStore } from "react";

/** Whether this browser can use passkeys; null on the server, which does not know, and on a page without scripts. */
export function usePasskeysHere(): boolean | null {
  return useSyncExternalStore(never, canUse, () => null);
}

/** Passkeys belong to a name: a page that was opened by an IP address has none (WebAuthn Level 3, RP ID). */
function canUse(): boolean {
  return browserSupportsWebAuthn() && !/^\[|^[\d.]+$/.test(window.location.hostname);
}

function never(): () => void {
  return () => {};
}
