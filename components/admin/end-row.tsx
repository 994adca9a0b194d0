"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { SessionActions } from "./admin-actions";
import { EndDialog } from "./end-dialog";
import type { SessionRow } from "./row-views";

/** Ends the session of one row. Without scripts the button does it at once. */
export function EndRow({ row, action }: { row: SessionRow; action: SessionActions["endSession"] }) {
  const [asking, setAsking] = useState(false);
  const { served, formProps, submit, pending } = useAction(action, {
    ask: () => setAsking(true),
    onDone: ({ lastUsedAt }) => toast(<>Ended. Last used <Time at={lastUsedAt} form="clock" />.</>),
    onFailed: ({ message }) => toast(message, "alert"),
  });

  function confirm(reason: string) {
    setAsking(false);
    const form = new FormData();
    form.set("sessionId", row.id);
    form.set("reason", reason);
    submit(form);
  }

  return (
    <form {...formProps}>
      <input type="hidden" name="sessionId" value={row.id} />
      <Button type="submit" tone="end" size="small" className="whitespace-nowrap" aria-describedby={`who-${row.id}`} aria-disabled={pending || undefined}>
        {pending ? "Ending…" : "End session"}
      </Button>
      {served.status === "failed" && (
        <p role="alert" className="mt-1 text-13 text-danger">
          {served.message}
        </p>
      )}
      {asking && (
        <EndDialog title="End this session?" label="End session" onClose={() => setAsking(false)} onConfirm={confirm}>
          <p>
            <bdi className="font-medium text-ink">{row.device}</bdi> of <bdi className="font-medium text-ink">{row.user.name}</bdi> (<bdi>{row.user.email}</bdi>), last used <Time at={row.lastSeenAt} />
            {row.place && <> from {row.place}</>}. It is signed out within a second.
          </p>
        </EndDialog>
      )}
    </form>
  );
}
