"use client";

import { useState, useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { SessionActions } from "./admin-actions";
import { EndDialog } from "./end-dialog";

type Props = {
  picked: string[];
  onClear: () => void;
  action: SessionActions["endSelected"];
  formId: string;
  /** Where the list stands. */
  page: string;
  /** They were picked before, and something was asked first: the dialog is open from the beginning, with this reason. */
  again: { reason: string } | null;
};

const never = () => () => {};
const sessionsOf = (count: number) => (count === 1 ? "1 session" : `${count} sessions`);

/** What can be done with the rows that are picked. The form holds their boxes, which stand in the table; without scripts it is sent as it is. */
export function SelectionBar({ picked, onClear, action, formId, page, again }: Props) {
  const [asking, setAsking] = useState(again !== null);
  // The browser's own dialog: there is none while the server renders.
  const isScripted = useSyncExternalStore(never, () => true, () => false);
  const { served, formProps, submit, pending } = useAction(action, {
    ask: () => setAsking(picked.length > 0),
    onDone: ({ ended }) => {
      toast(`${sessionsOf(ended)} ended.`);
      onClear();
    },
    onFailed: ({ message }) => toast(message, "alert"),
  });

  function confirm(reason: string) {
    setAsking(false);
    const form = new FormData();
    for (const id of picked) form.set(`pick.${id}`, "on");
    form.set("reason", reason);
    form.set("page", page);
    submit(form);
  }

  return (
    <form {...formProps} id={formId}>
      <input type="hidden" name="page" value={page} />
      {again && !isScripted && (
        <p role="status" className="mt-3">
          Nothing has ended yet. Press “End the picked sessions” once more.
        </p>
      )}
      <noscript>
        <div className="mt-3">
          <Button type="submit" tone="end">
            End the picked sessions
          </Button>
        </div>
      </noscript>
      {served.status === "failed" && (
        <p role="alert" className="mt-2 text-danger">
          {served.message}
        </p>
      )}
      {picked.length > 0 && (
        <div className="rise fixed inset-x-4 bottom-4 z-20 mx-auto flex max-w-[34rem] flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-lg border bg-surface px-4 py-3 shadow-float">
          <p role="status" className="font-medium">
            {sessionsOf(picked.length)} picked
          </p>
          <div className="flex flex-wrap gap-2">
            <Button onClick={onClear}>Clear</Button>
            <Button type="submit" tone="end-solid" aria-disabled={pending || undefined}>
              {pending ? "Ending…" : `End ${sessionsOf(picked.length)}`}
            </Button>
          </div>
        </div>
      )}
      {isScripted && asking && picked.length > 0 && (
        <EndDialog title={`End ${sessionsOf(picked.length)}?`} label={`End ${sessionsOf(picked.length)}`} typed={again?.reason} onClose={() => setAsking(false)} onConfirm={confirm}>
          <p>{picked.length === 1 ? "It is" : "They are"} signed out within a second. Coming back needs a password.</p>
        </EndDialog>
      )}
    </form>
  );
}
