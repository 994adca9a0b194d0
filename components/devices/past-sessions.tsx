import { ChevronRight } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { PAST_AT_MOST } from "@/lib/sessions/schema";
import type { DeviceActions } from "./device-actions";
import { DeviceIcon } from "./device-icon";
import type { DeviceView } from "./device-views";
import { endReasonWords } from "./end-reason-words";
import { TrustedUntil } from "./trusted-until";
import { ForgetDevice } from "./forget-device";

type Props = {
  devices: DeviceView[];
  /** The devices that are still signed in, which are forgotten from their card. */
  live: ReadonlySet<string>;
  actions: DeviceActions;
};

/** A quiet list of the sessions that have ended: which, why, when and where. */
export function PastSessions({ devices, live, actions }: Props) {
  const rows = devices
    .flatMap((device) => device.sessions.map((session, index) => ({ device, session, latest: index === 0 })))
    .sort((a, b) => (b.session.endedAt ?? "").localeCompare(a.session.endedAt ?? ""));
  return (
    <details className="group" open={devices.some((device) => isTrustedHere(device, live))}>
      <summary className="inline-flex items-center gap-1.5 rounded-sm py-1 pe-2 text-16 font-semibold">
        <ChevronRight size={18} aria-hidden="true" className="text-quiet transition-transform duration-150 group-open:rotate-90 rtl:-scale-x-100" />
        Signed out
        <span className="figures text-14 font-normal text-quiet">last 90 days · {rows.length === PAST_AT_MOST ? `the latest ${rows.length}` : rows.length}</span>
      </summary>
      <Card className="mt-3">
        <ul className="divide-y">
          {rows.map(({ device, session, latest }) => (
            <li
              key={session.id}
              id={`session-${session.id}`}
              className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-1 px-4 py-3 text-13 text-quiet target:bg-accent-soft sm:grid-cols-[auto_minmax(0,1fr)_auto] sm:px-5"
            >
              <DeviceIcon kind={device.kind} size={16} />
              <div className="min-w-0">
                <p>
                  <bdi className="font-medium text-ink">{device.name}</bdi>
                  {session.newAddress && (
                    <span className="ms-2">
                      <Badge tone="unusual">New address</Badge>
                    </span>
                  )}
                </p>
                <p>
                  {session.endReason ? endReasonWords[session.endReason] : "Ended"} {session.endedAt && <Time at={session.endedAt} />}
                </p>
                <p className="dots">
                  {session.place && <span>{session.place}</span>}
                  <span className="figures">{session.address}</span>
                  <span>
                    <Time at={session.createdAt} form="short" /> to <Time at={session.lastSeenAt} form="short" />
                  </span>
                </p>
                {latest && device.trustedUntil && isTrustedHere(device, live) && <TrustedUntil deviceId={device.id} until={device.trustedUntil} action={actions.stopTrusting} />}
              </div>
              {latest && !live.has(device.id) && (
                <div className="-ms-2.5 max-sm:col-start-2 sm:-me-2.5 sm:ms-0">
                  <ForgetDevice deviceId={device.id} name={device.name} live="no" action={actions.forgetDevice} />
                </div>
              )}
            </li>
          ))}
        </ul>
      </Card>
    </details>
  );
}

/** Nobody is signed in there, and a password alone would do. */
function isTrustedHere({ id, trustedUntil }: DeviceView, live: ReadonlySet<string>): boolean {
  return trustedUntil !== null && !live.has(id);
}
