"use client";

import { platformAuthenticatorIsAvailable } from "@simplewebauthn/browser";
import { useEffect, useState } from "react";
import { usePasskeysHere } from "@/components/auth/use-passkeys-here";
import { AddPasskey } from "@/components/security/add-passkey";
import type { FormAction } from "@/components/ui/action-state";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";

/** Offers once to whoever has just signed in with a password that this device keeps a key in its place; never again in this browser. */
export function PasskeyOffer({ userId, action }: { userId: string; action: FormAction<null> }) {
  const isPossible = usePasskeysHere();
  const [shown, setShown] = useState(false);

  useEffect(() => {
    if (!isPossible) return;
    let isOver = false;
    void platformAuthenticatorIsAvailable().then((isAvailable) => {
      if (isAvailable && !isOver && isFirstTime(userId)) setShown(true);
    });
    return () => void (isOver = true);
  }, [isPossible, userId]);

  if (!shown) return null;
  return (
    <div className="mb-6">
      <Notice title="Next time without a password?">
        <p>This device can keep a passkey: it checks that it is you, by finger, face or PIN, and no false page can ask for it.</p>
        <div className="flex flex-wrap items-start gap-2">
          <AddPasskey action={action} />
          <Button size="small" tone="ghost" onClick={() => setShown(false)}>
            Not now
          </Button>
        </div>
      </Notice>
    </div>
  );
}

/** Where nothing can be remembered, nothing is offered: it would be again and again. */
function isFirstTime(userId: string): boolean {
  const key = `latchkey-passkey-offered:${userId}`;
  try {
    if (window.localStorage.getItem(key) !== null) return false;
    window.localStorage.setItem(key, "yes");
    return true;
  } catch {
    return false;
  }
}
