"use client";

import { useState } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { isAnswer, askForPasskey } from "./passkey-ceremony";
import { Trouble } from "./passkey-sign-in";
import { TrustBox } from "./trust-box";
import { usePasskeysHere } from "./use-passkeys-here";

type Props = {
  /** Of an attempt, or a step-up. */
  purpose: "attempt" | "prove";
  /** Form fields `method`, `response`, `challenge`; `next` and `trustDevice` where they are offered. */
  action: FormAction<null>;
  /** Which attempt it is about, where it is about one. */
  attempt?: string;
  next?: string;
  trustDays?: number | null;
};

/** One button: the passkey of the account answers, and its answer is sent like a code. */
export function PasskeyProof({ purpose, action, attempt, next, trustDays = null }: Props) {
  const isPossible = usePasskeysHere();
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { state, formProps, submit, pending } = useAction(action, { ask: (form) => void prove(new FormData(form)) });

  async function prove(form: FormData) {
    if (asking) return;
    setAsking(true);
    setTrouble(null);
    const result = await askForPasskey(purpose);
    setAsking(false);
    if (!isAnswer(result)) {
      // The page itself says that it is over, and what comes next.
      if (result.code === "attempt_over" || result.code === "unauthenticated") window.location.reload();
      return setTrouble(result.trouble);
    }
    form.set("response", result.response);
    form.set("challenge", result.challenge);
    submit(form);
  }

  if (isPossible === null) return <noscript>A passkey needs JavaScript, which is switched off in this browser.</noscript>;
  if (!isPossible) return <p className="text-quiet">This browser cannot use passkeys here.</p>;
  return (
    <form {...formProps} noValidate className="space-y-4">
      {trouble === null ? <FormErrors state={state} labels={{}} /> : <Trouble>{trouble}</Trouble>}
      <input type="hidden" name="method" value="passkey" />
      {attempt !== undefined && <input type="hidden" name="attempt" value={attempt} />}
      {next !== undefined && <input type="hidden" name="next" value={next} />}
      {trustDays !== null && <TrustBox days={trustDays} checked={false} />}
      <Submit pending={asking || pending} busy={asking ? "Waiting for your passkey…" : "Checking…"} className="min-h-10 w-full">
        Use a passkey
      </Submit>
    </form>
  );
}
