"use client";

import { platformAuthenticatorIsAvailable } from "@simplewebauthn/browser";
import { useEffect, useState } from "react";
import { usePasskeysHere } from "@/components/auth/use-passkeys-here";
import { AddPasskey } from "@/components/security/add-passkey";
import type { FormAction } from "@/components/ui/action-state";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";

type Props = { userId: string; action: FormAction<null>; /** Something more urgent is asked for the moment. */ waits: boolean };

/** Offers once to whoever has just signed in with a password that this device keeps a key in its place; never again in this browser. */
export function PasskeyOffer({ userId, action, waits }: Props) {
  const isPossible = usePasskeysHere();
  const [shown, setShown] = useState(false);

  useEffect(() => {
    if (!isPossible || waits) return;
    let isOver = false;
    void isFirst(userId).then((isIt) => {
      if (isIt && !isOver && remember(userId)) setShown(true);
    });
    return () => void (isOver = true);
  }, [isPossible, userId, waits]);

  if (!shown || waits) return null;
  return (
    <div className="mb-6">
      <Notice title="Next time without a password?">
        <p>This device can keep a passkey: it checks that it is you, by finger, face or PIN, and no false page can ask for it.</p>
        <div className="flex flex-wrap items-start gap-2">
          <AddPasskey action={action} onDone={() => setShown(false)} />
          <Button size="small" tone="ghost" onClick={() => setShown(false)}>
            Not now
          </Button>
        </div>
      </Notice>
    </div>
  );
}

const keyOf = (userId: string) => `latchkey-passkey-offered:${userId}`;

/**
 * Whether this device could keep one, it was not offered here before, and the account has none. Asked by the page and not when it
 * is rendered: of most there is nothing to ask.
 */
async function isFirst(userId: string): Promise<boolean> {
  if (isRemembered(userId) || !(await platformAuthenticatorIsAvailable())) return false;
  const answer = await fetch("/api/auth/passkeys/challenge", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ purpose: "register" }) }).catch(() => null);
  if (!answer?.ok) return false;
  const { options } = (await answer.json()) as { options: { excludeCredentials?: unknown[] } };
  return options.excludeCredentials?.length === 0;
}

/** Where nothing can be remembered, nothing is offered: it would be again and again. */
function isRemembered(userId: string): boolean {
  try {
    return window.localStorage.getItem(keyOf(userId)) !== null;
  } catch {
    return true;
  }
}

function remember(userId: string): boolean {
  try {
    window.localStorage.setItem(keyOf(userId), "yes");
    return true;
  } catch {
    return false;
  }
}
