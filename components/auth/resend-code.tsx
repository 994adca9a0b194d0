"use client";

import { useSyncExternalStore } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { Button } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { useTicking } from "@/components/ui/clock";
import { FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { useAction } from "@/components/ui/use-action";

/** When another code can be sent, and how many more. */
export type Sendings = { resendAt: string; left: number };

const never = () => () => {};

/** Asks for another code. Without scripts there is no countdown: who is too early is told how long to wait. */
export function ResendCode({ action, mail, isFirst }: { action: FormAction<Sendings>; mail: Sendings; /** None was sent yet. */ isFirst: boolean }) {
  const { state, formProps, pending } = useAction(action);
  const isScripted = useSyncExternalStore(never, () => true, () => false);
  const { resendAt, left } = state.status === "ok" ? state.value : mail;
  const seconds = useTicking((now) => Math.max(0, Math.ceil((Date.parse(resendAt) - now) / 1000)));
  const waits = isScripted && !isFirst && seconds > 0;
  return (
    <form {...formProps} className="space-y-3">
      <FormErrors state={state} labels={{}} />
      {state.status === "ok" && (
        <Notice tone="good" role="status">
          <p>Another code is on its way. The last two both work.</p>
        </Notice>
      )}
      {left > 0 && (
        <Button
          type="submit"
          aria-disabled={pending || waits || undefined}
          aria-describedby="sendings"
          onClick={(event) => waits && event.preventDefault()}
          tone={isFirst ? "primary" : "plain"}
          className={classes("w-full", isFirst && "min-h-10", waits && "opacity-60")}
        >
          {pending ? "Sending…" : isFirst ? "Send a code" : "Send another code"}
        </Button>
      )}
      <p id="sendings" className="text-13 text-quiet">
        {isFirst ? (
          "It comes within a minute. You type it here."
        ) : left === 0 ? (
          "No more codes are sent for this one. If none has come, start again: by the link above or below."
        ) : (
          <>
            Nothing came? Look among unwanted mail too. {left === 1 ? "One more code" : "Two more codes"} can be sent
            {waits && (
              <>
                {left === 1 ? ", in " : ", the next in "}
                <span className="figures">{seconds} s</span>
              </>
            )}
            .
          </>
        )}{" "}
        At most six mails an hour go to one address.
      </p>
    </form>
  );
}
