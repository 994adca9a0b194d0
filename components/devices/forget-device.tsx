"use client";

import { leaveEnded } from "@/components/shell/leave";
import { toast } from "@/components/ui/toast";
import { ConfirmedForm } from "./confirmed-form";
import type { DeviceActions } from "./device-actions";

type Props = {
  deviceId: string;
  name: string;
  headingId?: string;
  live: "no" | "elsewhere" | "here";
  action: DeviceActions["forgetDevice"];
};

const consequences = {
  no: "It leaves your list. If someone signs in there again, it shows up as a new device.",
  elsewhere: "It is signed out within a second and leaves your list. If someone signs in there again, it shows up as a new device.",
  here: "You are using it: you will be signed out here. When you sign in again, it shows up as a new device.",
};

export function ForgetDevice({ deviceId, name, headingId, live, action }: Props) {
  return (
    <ConfirmedForm
      action={action}
      fields={{ deviceId }}
      label="Forget device"
      busy="Forgetting…"
      tone="ghost"
      size="small"
      describedBy={headingId}
      question="Forget the device?"
      consequence={
        <>
          <p>
            <bdi className="font-medium text-ink">{name}</bdi>
          </p>
          <p>{consequences[live]}</p>
        </>
      }
      onDone={() => {
        if (live === "here") leaveEnded();
        else toast("Device forgotten.");
      }}
    >
      <noscript>
        <input type="hidden" name="plain" value="on" />
      </noscript>
    </ConfirmedForm>
  );
}
