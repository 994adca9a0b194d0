"use client";

import { toast } from "@/components/ui/toast";
import { ConfirmedForm } from "./confirmed-form";
import type { DeviceActions } from "./device-actions";

export function EndOthers({ others, action }: { others: number; action: DeviceActions["endOthers"] }) {
  return (
    <ConfirmedForm
      action={action}
      label="Sign out everywhere else"
      busy="Signing out…"
      tone="end"
      question="Sign out everywhere else?"
      consequence={
        <p>
          {others === 1 ? "One other session ends" : `${others} other sessions end`} within a second. You stay signed in here.
        </p>
      }
      onDone={({ ended }) => {
        document.getElementById("devices-heading")?.focus();
        toast(ended === 1 ? "One session ended. You are signed in only here now." : `${ended} sessions ended. You are signed in only here now.`);
      }}
    />
  );
}
