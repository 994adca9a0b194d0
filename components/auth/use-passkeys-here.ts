"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useSyncExternalStore } from "react";

/** Whether this browser can use passkeys; not on the server, so that a page without scripts says nothing about them. */
export function usePasskeysHere(): boolean {
  return useSyncExternalStore(never, canUse, () => false);
}

/** Passkeys belong to a name: a page that was opened by an IP address has none (WebAuthn Level 3, RP ID). */
function canUse(): boolean {
  return browserSupportsWebAuthn() && !/^\[|^[\d.]+$/.test(window.location.hostname);
}

function never(): () => void {
  return () => {};
}
