"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { ApprovalActions } from "@/components/approvals/approval-actions";
import { ApprovalDialog } from "@/components/approvals/approval-dialog";
import { useApprovals } from "@/components/approvals/use-approvals";
import { classes } from "@/components/ui/classes";
import type { News, StreamState } from "./event-stream";
import { followEvents } from "./follow-events";
import { leaveEnded, noteLeaving } from "./leave";

const words = { connecting: "", live: "Live", down: "Reconnecting…" };
const GATHER = 120;

/**
 * Keeps the page true while it is open, and shows whether it does. A page in the background is brought up to
 * date when it is looked at again: a refresh counts as a use of the session, and nobody is there.
 */
export function LiveUpdates({ sessionId, approvals }: { sessionId: string; approvals: ApprovalActions }) {
  const router = useRouter();
  const [state, setState] = useState<StreamState>("connecting");
  const { waiting, look } = useApprovals();

  useEffect(() => {
    let stale = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Without a network Next would leave this page for the browser's own, which says so.
    function refresh() {
      if (!stale || document.hidden || !navigator.onLine) return;
      stale = false;
      router.refresh();
    }
    function changed() {
      stale = true;
      clearTimeout(timer);
      timer = setTimeout(refresh, GATHER);
    }
    function hear(news: News) {
      if (news === "ended") return leaveEnded();
      if (news === "changed" || news === "asked") changed();
      else setState(news);
      if (news === "asked") look();
    }
    // Signing out ends this session: the form's own navigation is on its way already.
    function submitted(event: SubmitEvent) {
      if (event.target instanceof HTMLFormElement && event.target.getAttribute("action") === "/sign-out") noteLeaving();
    }
    // A page that comes back from the browser's memory may belong to a session that has ended.
    function shownAgain(event: PageTransitionEvent) {
      if (event.persisted) window.location.reload();
    }
    const stop = followEvents("/api/auth/events", sessionId, hear);
    document.addEventListener("visibilitychange", refresh);
    window.addEventListener("online", refresh);
    document.addEventListener("submit", submitted);
    window.addEventListener("pageshow", shownAgain);
    return () => {
      stop();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", refresh);
      window.removeEventListener("online", refresh);
      document.removeEventListener("submit", submitted);
      window.removeEventListener("pageshow", shownAgain);
    };
  }, [router, sessionId, look]);

  return (
    <>
      <div role="status" className="flex items-center gap-1.5 whitespace-nowrap text-13 text-quiet">
        {state !== "connecting" && (
          <span
            aria-hidden="true"
            className={classes("size-2 rounded-full", state === "live" ? "bg-live" : "pulse border-2 border-unusual")}
          />
        )}
        <span className="max-[26rem]:sr-only">{words[state]}</span>
      </div>
      <ApprovalDialog waiting={waiting} actions={approvals} />
    </>
  );
}
