"use client";

import { ShieldCheck } from "lucide-react";
import { Submit } from "@/components/ui/submit";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { DeviceActions } from "./device-actions";

type Props = { deviceId: string; until: string; headingId?: string; action: DeviceActions["stopTrusting"] };

/** A second step was given there and is not asked for again; until when, and the way to take that back. */
export function TrustedUntil({ deviceId, until, headingId, action }: Props) {
  const { served, formProps, pending } = useAction(action, {
    onDone: () => toast("The second step is asked there again."),
    onFailed: ({ message }) => toast(message, "alert"),
  });
  return (
    <form {...formProps} className="flex flex-wrap items-center gap-x-2 text-13 text-quiet">
      <input type="hidden" name="deviceId" value={deviceId} />
      <noscript>
        <input type="hidden" name="plain" value="on" />
      </noscript>
      <span className="flex items-center gap-1.5">
        <ShieldCheck size={16} aria-hidden="true" className="shrink-0" />
        <span className="text-pretty">
          Second step not asked here until <Time at={until} form="date" />
        </span>
      </span>
      <Submit pending={pending} busy="Stopping…" tone="ghost" size="small" className="-ms-2.5 sm:ms-0" describedBy={headingId}>
        Stop trusting
      </Submit>
      {served.status === "failed" && (
        <p role="alert" className="w-full text-danger">
          {served.message}
        </p>
      )}
    </form>
  );
}
