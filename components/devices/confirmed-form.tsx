"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { Button, type ButtonSize, type ButtonTone } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";

type Props<T> = {
  action: FormAction<T>;
  fields?: Record<string, string>;
  label: string;
  /** What the button says while the answer is awaited. */
  busy: string;
  tone: ButtonTone;
  size?: ButtonSize;
  /** As wide as there is room, on a phone. */
  wide?: boolean;
  describedBy?: string;
  /** It was pressed before, and something was asked first: the dialog is open from the beginning. */
  again?: boolean;
  question: ReactNode;
  consequence: ReactNode;
  onDone?: (value: T) => void;
  /** What stands below once it was done, also where no script runs. */
  outcome?: (value: T) => ReactNode;
  children?: ReactNode;
};

/** One button in a form of its own. With scripts a dialog says what will happen before it does. */
export function ConfirmedForm<T>({ action, fields = {}, label, busy, tone, size, wide, describedBy, again = false, question, consequence, onDone, outcome, children }: Props<T>) {
  const form = useRef<HTMLFormElement>(null);
  const [asking, setAsking] = useState<HTMLFormElement | null>(null);
  const { state, served, formProps, submit, pending } = useAction(action, {
    ask: setAsking,
    onDone,
    // What it was about may have left the page meanwhile: the words stand apart from it.
    onFailed: ({ message }) => toast(message, "alert"),
  });

  useEffect(() => {
    if (again) setAsking(form.current);
  }, [again]);

  function confirm() {
    if (!asking) return;
    submit(new FormData(asking));
    setAsking(null);
  }

  return (
    <>
      <form {...formProps} ref={form} data-ending={pending || undefined} className={wide ? "max-sm:w-full sm:shrink-0" : "shrink-0"}>
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {children}
        <Button type="submit" tone={tone} size={size} className={wide ? "max-sm:min-h-10 max-sm:w-full" : undefined} aria-describedby={describedBy} aria-disabled={pending || undefined}>
          {pending ? busy : label}
        </Button>
        {served.status === "failed" && (
          <div className="mt-2">
            <Notice tone="end" role="alert">
              {served.message}
            </Notice>
          </div>
        )}
        {asking && (
          <Dialog
            title={question}
            onClose={() => setAsking(null)}
            actions={
              <>
                <Button onClick={() => setAsking(null)}>Cancel</Button>
                <Button tone={tone === "plain" ? "primary" : "end-solid"} onClick={confirm}>
                  {label}
                </Button>
              </>
            }
          >
            {consequence}
          </Dialog>
        )}
      </form>
      {state.status === "ok" && outcome?.(state.value)}
    </>
  );
}
