"use client";

import { useState } from "react";
import { isAnswer, makePasskey } from "@/components/auth/passkey-ceremony";
import { Trouble } from "@/components/auth/passkey-sign-in";
import { usePasskeysHere } from "@/components/auth/use-passkeys-here";
import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";

type Props = { action: FormAction<null>; size?: "small" | "medium"; onDone?: () => void };

/** Has the device make a passkey, and adds it. `action`: form fields `response` and `challenge`; without them it leads to the step-up. */
export function AddPasskey({ action, size = "small", onDone }: Props) {
  const isPossible = usePasskeysHere();
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { state, formProps, submit, pending } = useAction(action, {
    ask: () => void add(),
    onDone() {
      toast("Passkey added.");
      onDone?.();
    },
  });

  async function add() {
    if (asking) return;
    setAsking(true);
    setTrouble(null);
    const result = await makePasskey();
    setAsking(false);
    // The page says who ended the session, and leads to another.
    if (!isAnswer(result) && result.code === "unauthenticated") return window.location.reload();
    const form = new FormData();
    if (isAnswer(result)) {
      form.set("response", result.response);
      form.set("challenge", result.challenge);
    } else if (result.code !== "proof_required") return setTrouble(result.trouble);
    submit(form);
  }

  if (!isPossible) return null;
  return (
    <form {...formProps} className="space-y-3">
      {trouble === null ? <FormErrors state={state} labels={{}} /> : <Trouble>{trouble}</Trouble>}
      <Submit pending={asking || pending} busy={asking ? "Waiting for your device…" : "Adding…"} tone="plain" size={size}>
        Add a passkey
      </Submit>
    </form>
  );
}
