"use client";

import { browserSupportsWebAuthnAutofill, WebAuthnAbortService } from "@simplewebauthn/browser";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { Button } from "@/components/ui/button";
import { FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { useAction } from "@/components/ui/use-action";
import { type Answer, isAnswer, askForPasskey } from "./passkey-ceremony";
import { usePasskeysHere } from "./use-passkeys-here";

/** A challenge is good for five minutes. */
const RENEW_MS = 4 * 60_000;

type Props = {
  action: FormAction<null>;
  /** The form of the password, whose boxes count here too. */
  form: RefObject<HTMLFormElement | null>;
  /** It is being sent: no passkey is offered meanwhile. */
  isBusy: boolean;
};

/** Signs in with a passkey: by the button, or by choosing one in the list of the field for the address. */
export function PasskeySignIn({ action, form, isBusy }: Props) {
  const isPossible = usePasskeysHere();
  const { state, submit, pending } = useAction(action);
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  function send({ response, challenge }: Answer) {
    const typed = new FormData(form.current ?? undefined);
    const sent = new FormData();
    for (const name of ["next", "remember"]) for (const value of typed.getAll(name)) sent.append(name, value);
    sent.set("response", response);
    sent.set("challenge", challenge);
    submit(sent);
  }

  async function press() {
    if (asking || pending || isBusy) return;
    setAsking(true);
    setTrouble(null);
    const result = await askForPasskey("sign_in");
    if (isAnswer(result)) send(result);
    else setTrouble(result.trouble);
    setAsking(false);
  }

  const isOffered = isPossible === true && !asking && !pending && !isBusy;
  const onChosen = useEffectEvent(send);
  useEffect(() => (isOffered ? offer((answer) => onChosen(answer)) : undefined), [isOffered]);

  if (!isPossible) return null;
  return (
    <div className="mt-4 space-y-4 border-t pt-4">
      {trouble === null ? <FormErrors state={state} labels={{}} /> : <Trouble>{trouble}</Trouble>}
      <Button className="min-h-10 w-full" aria-disabled={asking || pending || undefined} onClick={() => void press()}>
        {pending ? "Signing in…" : asking ? "Waiting for your passkey…" : "Use a passkey"}
      </Button>
    </div>
  );
}

/** What did not come about, and is nobody's fault. */
export function Trouble({ children }: { children: string }) {
  return (
    <Notice role="alert">
      <p>{children}</p>
    </Notice>
  );
}

/** Offers the passkeys of this browser in the field's own list, with a new challenge whenever the last one gets old. Returns what takes the offer back. */
function offer(onChosen: (answer: Answer) => void): () => void {
  const over = new AbortController();
  async function keepOffering() {
    if (!(await browserSupportsWebAuthnAutofill())) return;
    while (!over.signal.aborted) {
      let isRenewed = false;
      const renewal = setTimeout(() => {
        isRenewed = true;
        WebAuthnAbortService.cancelCeremony();
      }, RENEW_MS);
      const result = await askForPasskey("sign_in", { offered: over.signal });
      clearTimeout(renewal);
      if (!over.signal.aborted && isAnswer(result)) onChosen(result);
      // Nobody asked for it, so nobody is told that it does not work.
      if (!isRenewed) return;
    }
  }
  void keepOffering();
  return () => {
    over.abort();
    WebAuthnAbortService.cancelCeremony();
  };
}
