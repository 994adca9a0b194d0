"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { Approval } from "@/lib/auth/schema";
import type { Page } from "@/lib/core/page";

async function readApprovals(): Promise<readonly Approval[] | null> {
  const answer = await fetch("/api/auth/approvals", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return null;
  return ((await answer.json()) as Page<Approval>).items;
}

/**
 * The new devices that wait for an answer, as of when `look` was called last. A page in the background looks when it is
 * looked at again: asking is a use of the session, and nobody is there.
 */
export function useApprovals(): { waiting: readonly Approval[]; look: () => void } {
  const [waiting, setWaiting] = useState<readonly Approval[]>([]);
  const stale = useRef(false);
  const turn = useRef(0);

  const look = useCallback(() => {
    stale.current = document.hidden;
    if (stale.current) return;
    turn.current += 1;
    const asked = turn.current;
    void readApprovals().then((items) => items && asked === turn.current && setWaiting(items));
  }, []);

  useEffect(() => {
    function shown() {
      if (stale.current) look();
    }
    document.addEventListener("visibilitychange", shown);
    return () => document.removeEventListener("visibilitychange", shown);
  }, [look]);

  return { waiting, look };
}
