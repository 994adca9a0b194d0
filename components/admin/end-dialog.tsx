"use client";

import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";

type Props = { title: string; label: string; children: ReactNode; /** What was typed before. */ typed?: string; onClose: () => void; onConfirm: (reason: string) => void };

/** Says what will happen, and asks why. */
export function EndDialog({ title, label, children, typed = "", onClose, onConfirm }: Props) {
  const [reason, setReason] = useState(typed);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="end-solid" onClick={() => onConfirm(reason.trim())}>
            {label}
          </Button>
        </>
      }
    >
      {children}
      <Field
        label="Reason"
        name="end-reason"
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onConfirm(reason.trim());
        }}
        hint="For the audit log. The owner does not see it."
        className="text-ink"
      />
    </Dialog>
  );
}
