"use client";

import { useCallback, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { useTicking } from "@/components/ui/clock";
import { Ring } from "@/components/ui/ring";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { iso } from "@/lib/core/time";
import { askEnd, isFinal, type KnownEnd, type SessionLife, stay, warningTime } from "./idle-end";
import { leaveEnded } from "./leave";

/** How often it is asked whether another tab was used, while the notice stands. */
const ASK_MS = 5_000;

/**
 * Says shortly before the session ends that it will, and offers to stay. Clocks are compared and not timers waited for, so
 * a tab that slept says it when it is looked at. Any other tab may have used the session since this page was made: before
 * it says anything it asks what is true.
 */
export function StaySignedIn({ life }: { life: SessionLife }) {
  const [end, setEnd] = useState(Date.parse(life.expiresAt));
  const [asked, setAsked] = useState(false);
  const [dismissed, setDismissed] = useState(false);
  const [pending, startTransition] = useTransition();
  const before = useRef<Element | null>(null);
  const warnAt = end - warningTime(life);
  // 0 before it is time; then it counts how often was to be asked.
  const turn = useTicking((now) => (now < warnAt ? 0 : 1 + Math.floor((now - warnAt) / ASK_MS)));

  const hear = useCallback((known: KnownEnd) => {
    if (known === "ended") leaveEnded();
    else if (known !== null) {
      setEnd(known);
      setAsked(true);
    }
  }, []);

  useEffect(() => {
    if (turn === 0) return;
    let stale = false;
    void askEnd().then((known) => !stale && hear(known));
    return () => {
      stale = true;
    };
  }, [turn, hear]);

  function press() {
    if (pending) return;
    startTransition(async () => {
      const known = await stay();
      hear(known);
      if (known === null) toast("We could not reach Latchkey. Try again.", "alert");
      if (typeof known !== "number") return;
      toast("You stay signed in.");
      if (before.current instanceof HTMLElement) before.current.focus();
    });
  }

  const final = isFinal(life, end);
  const shown = turn > 0 && asked && !dismissed;
  return (
    <div role="status" className="pointer-events-none fixed inset-x-4 bottom-4 z-10 flex justify-center md:top-18 md:bottom-auto">
      {shown && (
        <div className="rise pointer-events-auto flex w-full max-w-[30rem] flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-unusual/35 bg-unusual-soft py-3 ps-4 pe-3 text-14 text-ink shadow-float">
          <Ring from={iso(warnAt)} to={iso(end)} />
          <p className="min-w-0 grow basis-48">
            {final ? "This session ends for good at " : "You’ll be signed out at "}
            <Time at={iso(end)} form="clock" className="font-medium" />
            {final ? ", whatever you do. You can sign in again then." : "."}
          </p>
          {final ? (
            <Button size="small" onClick={() => setDismissed(true)}>
              Dismiss
            </Button>
          ) : (
            <Button tone="primary" size="small" aria-disabled={pending || undefined} onFocus={(event) => (before.current = event.relatedTarget)} onClick={press}>
              Stay signed in
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
