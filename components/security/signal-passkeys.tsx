"use client";

import { sendSignal } from "@simplewebauthn/browser";
import { useEffect } from "react";

/** Tells the authenticators of this browser which passkeys still open the account, so that they offer no other (WebAuthn Level 3, Signal methods). */
export function SignalPasskeys({ rpId, userHandle, credentialIds }: { rpId: string; userHandle: string; credentialIds: readonly string[] }) {
  const accepted = credentialIds.join(" ");
  useEffect(() => {
    const allAcceptedCredentialIDs = accepted === "" ? [] : accepted.split(" ");
    // Where a browser does not know of it, nothing is lost.
    void sendSignal({ signalName: "allAcceptedCredentials", rpID: rpId, userID: userHandle, allAcceptedCredentialIDs }).catch(() => {});
  }, [rpId, userHandle, accepted]);
  return null;
}
