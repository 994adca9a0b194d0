"use client";

import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { useIsNew } from "@/components/ui/live-list";
import type { DeviceActions } from "./device-actions";
import { DeviceIcon } from "./device-icon";
import { DeviceNameForm } from "./device-name";
import type { DeviceView, SessionView } from "./device-views";
import { EndSession } from "./end-session";
import { ForgetDevice } from "./forget-device";
import { LastUse } from "./last-use";
import { TrustedUntil } from "./trusted-until";
import { SessionFacts } from "./session-facts";

type Props = { device: DeviceView; actions: DeviceActions; renaming: boolean };

/** A signed-in device: what it is, and for each of its sessions where, since when, how long still, and its end. */
export function DeviceCard({ device, actions, renaming }: Props) {
  const isNew = useIsNew();
  const [editing, setEditing] = useState(renaming);
  const renameButton = useRef<HTMLButtonElement>(null);
  const headingId = `device-${device.id}`;
  const here = device.sessions.some((session) => session.current);
  const only = device.sessions.length === 1 ? device.sessions[0] : undefined;

  function stopEditing() {
    flushSync(() => setEditing(false));
    renameButton.current?.focus();
  }

  const tools = (
    <>
      {!editing && (
        <form
          method="get"
          action="/devices"
          onSubmit={(event) => {
            event.preventDefault();
            setEditing(true);
          }}
        >
          <input type="hidden" name="rename" value={device.id} />
          <Button ref={renameButton} type="submit" tone="ghost" size="small" aria-describedby={headingId}>
            Rename
          </Button>
        </form>
      )}
      <ForgetDevice
        deviceId={device.id}
        name={device.name}
        headingId={headingId}
        live={here ? "here" : "elsewhere"}
        action={actions.forgetDevice}
      />
    </>
  );

  function end(session: SessionView) {
    if (session.current) return null;
    return <EndSession session={session} deviceName={device.name} headingId={headingId} action={actions.endSession} />;
  }

  return (
    <article
      aria-labelledby={headingId}
      className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 p-4 transition-opacity duration-150 has-[[data-ending]]:opacity-65 sm:gap-x-4 sm:p-5"
    >
      <span className="grid size-10 place-items-center rounded-md bg-sunken text-quiet">
        <DeviceIcon kind={device.kind} />
      </span>
      <div className="min-w-0">
        <div className="flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1">
          <h2 id={headingId} className={editing ? "sr-only" : "text-16 font-semibold"}>
            <bdi>{device.name}</bdi>
          </h2>
          {editing && <DeviceNameForm device={device} action={actions.renameDevice} onClose={stopEditing} />}
          {!editing && (device.named || device.kind === "app") && device.model && <span className="text-13 text-quiet">{device.model}</span>}
          {only?.current && <Badge tone="accent">This device</Badge>}
          {isNew && <Badge tone="live">New</Badge>}
          {only && (
            <span className="max-sm:w-full sm:ms-auto">
              <LastUse at={only.lastSeenAt} current={only.current} />
            </span>
          )}
          {!only && <div className="-mx-2.5 flex flex-wrap gap-1 sm:ms-auto">{tools}</div>}
        </div>
        {device.trustedUntil && <TrustedUntil deviceId={device.id} until={device.trustedUntil} headingId={headingId} action={actions.stopTrusting} />}
        {only ? (
          <div id={`session-${only.id}`} className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2 sm:flex-nowrap">
            <SessionFacts session={only} />
            <div className={classes("flex flex-wrap items-center gap-x-1 gap-y-2 max-sm:w-full sm:shrink-0", only.current && "sm:-me-2.5")}>
              <div className="-ms-2.5 flex flex-wrap gap-1 max-sm:w-full">{tools}</div>
              {end(only)}
            </div>
          </div>
        ) : (
            <ul aria-label="Sessions" className="mt-2 divide-y border-t">
              {device.sessions.map((session) => (
                <li key={session.id} id={`session-${session.id}`} className="flex flex-wrap items-end justify-between gap-x-4 gap-y-3 py-3 last:pb-0 sm:flex-nowrap">
                  <div className="space-y-1">
                    <div className="flex flex-wrap items-center gap-2">
                      <LastUse at={session.lastSeenAt} current={session.current} />
                      {session.current && <Badge tone="accent">This device</Badge>}
                    </div>
                    <SessionFacts session={session} />
                  </div>
                  {end(session)}
                </li>
              ))}
            </ul>
        )}
      </div>
    </article>
  );
}
