"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { followEvents } from "@/components/shell/follow-events";
import { Button } from "@/components/ui/button";

/** A refresh counts as a use of the session: a screen that nobody has touched for so long must not keep it alive. */
const ATTENDED = 5 * 60_000;
const GATHER = 1_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "scroll"] as const;

/** Brings the rows up to date as things happen, while somebody is there to see it. */
export function AdminLive({ sessionId }: { sessionId: string }) {
  const router = useRouter();
  const [behind, setBehind] = useState(false);

  useEffect(() => {
    let stale = false;
    let touched = Date.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    function refresh() {
      timer = undefined;
      if (!stale || document.hidden || !navigator.onLine) return;
      if (Date.now() - touched > ATTENDED) return setBehind(true);
      stale = false;
      setBehind(false);
      router.refresh();
    }
    function soon() {
      timer ??= setTimeout(refresh, GATHER);
    }
    function touch() {
      touched = Date.now();
      if (stale) soon();
    }
    function back() {
      if (stale) soon();
    }
    const stop = followEvents("/api/admin/live", sessionId, (news) => {
      if (news !== "changed") return;
      stale = true;
      soon();
    });
    for (const sign of SIGNS) document.addEventListener(sign, touch, { passive: true });
    document.addEventListener("visibilitychange", touch);
    window.addEventListener("online", back);
    return () => {
      stop();
      clearTimeout(timer);
      for (const sign of SIGNS) document.removeEventListener(sign, touch);
      document.removeEventListener("visibilitychange", touch);
      window.removeEventListener("online", back);
    };
  }, [router, sessionId]);

  return (
    <div role="status">
      {behind && (
        <p className="mb-3 flex flex-wrap items-center gap-3 text-13 text-quiet">
          Something has changed since you were last here.
          <Button size="small" onClick={() => router.refresh()}>
            Show
          </Button>
        </p>
      )}
    </div>
  );
}
