"use client";

import { type RefObject, useState } from "react";
import { Button } from "@/components/ui/button";
import { isAnswer, makePasskey } from "./passkey-ceremony";
import { Trouble } from "./passkey-sign-in";
import { usePasskeysHere } from "./use-passkeys-here";

type Props = { form: RefObject<HTMLFormElement | null>; submit: (form: FormData) => void; isBusy: boolean };

/** An account that is opened by a passkey, in place of a password: asked for once name and address are filled in. */
export function PasskeySignUp({ form, submit, isBusy }: Props) {
  const isPossible = usePasskeysHere();
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  async function press() {
    const fields = form.current;
    // An authenticator keeps what it has made, whatever becomes of the account.
    if (!fields || asking || isBusy || !["name", "email"].every((name) => isFilledIn(fields, name))) return;
    setAsking(true);
    setTrouble(null);
    const typed = new FormData(fields);
    const result = await makePasskey({ name: String(typed.get("name")), email: String(typed.get("email")) });
    if (isAnswer(result)) {
      typed.delete("password");
      typed.set("response", result.response);
      typed.set("challenge", result.challenge);
      submit(typed);
    } else setTrouble(result.trouble);
    setAsking(false);
  }

  if (!isPossible) return null;
  return (
    <div className="space-y-4 border-t pt-4">
      <p className="text-13 text-quiet">Or without a password: your device keeps a key, and checks that it is you.</p>
      {trouble !== null && <Trouble>{trouble}</Trouble>}
      <Button className="min-h-10 w-full" aria-disabled={asking || isBusy || undefined} onClick={() => void press()}>
        {asking ? "Waiting for your device…" : "Use a passkey"}
      </Button>
    </div>
  );
}

/** If not, the browser says so beside the field. */
function isFilledIn(form: HTMLFormElement, name: string): boolean {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement && field.reportValidity();
}
