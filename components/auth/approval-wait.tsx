"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { Button } from "@/components/ui/button";
import { useTicking } from "@/components/ui/clock";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { Time } from "@/components/ui/time";
import { useAction } from "@/components/ui/use-action";
import { followAttempt } from "./follow-attempt";

/** Whether another device was asked, and what it said. */
export type ShownApproval = { is: "none" } | { is: "waiting"; digits: string; expiresAt: string } | { is: "approved" };

type Props = { approval: ShownApproval; ask: FormAction<null>; prove: FormAction<null> };

/** The way in by another device: asking it, the number that is typed there, and coming in by itself once it was. */
export function ApprovalWait({ approval, ask, prove }: Props) {
  return (
    <div className="space-y-4">
      <div role="status">{approval.is === "waiting" && <Waiting digits={approval.digits} expiresAt={approval.expiresAt} />}</div>
      {approval.is === "none" && <Ask action={ask} />}
      {approval.is === "approved" && <Approved action={prove} />}
    </div>
  );
}

function Waiting({ digits, expiresAt }: { digits: string; expiresAt: string }) {
  const router = useRouter();
  const isOver = useTicking((now) => Date.parse(expiresAt) <= now);
  useEffect(() => followAttempt(() => router.refresh()), [router]);
  useEffect(() => {
    if (isOver) router.refresh();
  }, [isOver, router]);
  return (
    <div className="space-y-3 text-center">
      <p>On a device where you are signed in, type this number:</p>
      <p className="rounded-md border bg-sunken py-4 font-semibold tabular-nums tracking-[0.15em] text-[3.5rem]/none">{digits}</p>
      <p className="text-13 text-quiet">
        This page goes on by itself once you have. It waits until <Time at={expiresAt} form="clock" />.
      </p>
      <noscript>
        <meta httpEquiv="refresh" content="5" />
      </noscript>
    </div>
  );
}

function Ask({ action }: { action: FormAction<null> }) {
  const { state, formProps, pending } = useAction(action);
  return (
    <form {...formProps} className="space-y-3">
      <FormErrors state={state} labels={{}} />
      <p className="text-13 text-quiet">Are you signed in somewhere else? Then let this device in from there: we show a number here, and you type it there.</p>
      <Button type="submit" className="min-h-10 w-full" aria-disabled={pending || undefined}>
        {pending ? "Asking…" : "Ask another device"}
      </Button>
    </form>
  );
}

function Approved({ action }: { action: FormAction<null> }) {
  const { state, formProps, submit, pending } = useAction(action);
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current || !form.current) return;
    sent.current = true;
    submit(new FormData(form.current));
  }, [submit]);
  return (
    <form ref={form} {...formProps} className="space-y-3">
      <FormErrors state={state} labels={{}} />
      <p role="status">Your other device has let this one in.</p>
      <Submit pending={pending} busy="Signing in…" className="min-h-10 w-full">
        Continue
      </Submit>
    </form>
  );
}
