"use client";

import { ConfirmedForm } from "@/components/devices/confirmed-form";
import { toast } from "@/components/ui/toast";
import { pressed, type SecurityActions } from "./security-actions";

export function UnlinkIdentity({ id, label, action }: { id: string; label: string; action: SecurityActions["unlinkIdentity"] }) {
  return (
    <ConfirmedForm
      action={action}
      fields={{ identityId: id }}
      label={pressed.unlinkIdentity}
      busy="Unlinking…"
      tone="ghost"
      size="small"
      describedBy={`linked-${id}`}
      question={
        <>
          Unlink <bdi>{label}</bdi>?
        </>
      }
      consequence={<p>Signing in there opens your account no more. Where it began sessions, those go on.</p>}
      onDone={() => toast("Unlinked.")}
    />
  );
}
