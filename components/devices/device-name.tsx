"use client";

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { inputClasses } from "@/components/ui/field";
import { Submit } from "@/components/ui/submit";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { DeviceActions } from "./device-actions";
import type { DeviceView } from "./device-views";

type Props = { device: DeviceView; action: DeviceActions["renameDevice"]; onClose: () => void };

/** The name of a device, being written over in its place. */
export function DeviceNameForm({ device, action, onClose }: Props) {
  const { state, formProps, pending } = useAction(action, {
    onDone: () => {
      onClose();
      toast("Renamed.");
    },
  });
  const [typed, setTyped] = useState(device.named ? device.name : "");
  const input = useRef<HTMLInputElement>(null);
  const errorId = `name-error-${device.id}`;
  const error = state.status === "failed" ? (state.fields.name ?? state.message) : null;

  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);

  function escape(event: KeyboardEvent) {
    if (event.key === "Escape") onClose();
  }

  return (
    <form {...formProps} onKeyDown={escape} className="w-full min-w-0 sm:w-auto">
      <input type="hidden" name="deviceId" value={device.id} />
      <div className="flex flex-wrap items-center gap-2 sm:flex-nowrap">
        <input
          ref={input}
          name="name"
          aria-label="Device name"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder={device.model ?? "Name"}
          maxLength={64}
          autoComplete="off"
          dir="auto"
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : undefined}
          className={`${inputClasses} max-w-[16rem] py-1! sm:w-64!`}
        />
        <Submit pending={pending} busy="Saving…" size="small">
          Save
        </Submit>
        <Button tone="ghost" size="small" onClick={onClose}>
          Cancel
        </Button>
      </div>
      {error && (
        <p id={errorId} role="alert" className="mt-1.5 text-13 text-danger">
          {error}
        </p>
      )}
    </form>
  );
}
