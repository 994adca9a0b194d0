"use client";

import { type KeyboardEvent, useRef, useState } from "react";
import { useTicking, useZone } from "@/components/ui/clock";
import { dayNumber, dayWords, shortTime } from "@/components/ui/time-words";
import { DeviceIcon } from "./device-icon";
import type { DeviceView, SessionView } from "./device-views";
import { endReasonWords } from "./end-reason-words";
import { barsOf, namedDays, nightsPath, WIDTH } from "./glance-geometry";
import { SessionBar } from "./session-bar";

const LANE = 12;
const MINUTE = 60_000;

/** One session in a sentence, as the line below the picture and a screen reader say it. */
function sentenceOf(name: string, session: SessionView, now: number, zone: string): string {
  const from = shortTime(Date.parse(session.createdAt), now, zone);
  const until =
    session.endedAt === null
      ? `signed in ${from}, still signed in`
      : `${from} to ${shortTime(Date.parse(session.endedAt), now, zone)}, ${(session.endReason ? endReasonWords[session.endReason] : "ended").toLowerCase()}`;
  const where = session.place ? `${session.place}, ${session.address}` : session.address;
  return `${name}: ${until}. ${where}${session.newAddress && !session.current ? ", a new address" : ""}.`;
}

/** Thirty days in one picture: a row a device, a bar a session. A night session of a stranger stands out at once. */
export function Glance({ devices }: { devices: DeviceView[] }) {
  const zone = useZone();
  const now = useTicking((time) => Math.floor(time / MINUTE) * MINUTE);
  const figure = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = devices.map((device) => ({ device, bars: barsOf(device.sessions, now) })).filter((row) => row.bars.length > 0);
  const sentences = new Map(
    rows.flatMap(({ device, bars }) => bars.map((bar) => [bar.session.id, sentenceOf(device.name, bar.session, now, zone)] as const)),
  );

  /** Arrow keys go from session to session within a device; Tab goes from device to device. */
  function move(event: KeyboardEvent, ids: string[], index: number) {
    const steps: Record<string, number> = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: ids.length - 1 };
    const target = ids[steps[event.key] ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    figure.current?.querySelector<SVGAElement>(`[data-session="${target}"]`)?.focus();
  }

  return (
    <div ref={figure} onPointerLeave={() => setChosen(null)}>
      <ul className="max-sm:space-y-1">
        {rows.map(({ device, bars }) => {
          const lanes = Math.max(...bars.map((bar) => bar.lane)) + 1;
          const height = 16 + LANE * lanes;
          const ids = bars.map((bar) => bar.session.id);
          const reachable = ids.includes(chosen ?? "") ? chosen : ids.at(-1);
          return (
            <li key={device.id} className="grid items-center gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
              <span className="flex min-w-0 items-center gap-2 text-13 text-quiet">
                <DeviceIcon kind={device.kind} size={15} />
                <bdi className="truncate" title={device.name}>
                  {device.name}
                </bdi>
              </span>
              <svg
                width="100%"
                height={height}
                viewBox={`0 0 ${WIDTH} ${height}`}
                preserveAspectRatio="none"
                role="group"
                aria-label={`Sessions of ${device.name}`}
                className="block overflow-visible"
              >
                <path d={nightsPath(now, zone, height)} className="fill-sunken" />
                <path d={`M${WIDTH} 0V${height}`} vectorEffect="non-scaling-stroke" className="stroke-line" />
                {bars.map((bar, index) => (
                  <SessionBar
                    key={bar.session.id}
                    bar={bar}
                    y={14 + LANE * bar.lane}
                    label={sentences.get(bar.session.id) ?? ""}
                    chosen={chosen === bar.session.id}
                    reachable={reachable === bar.session.id}
                    onChoose={() => setChosen(bar.session.id)}
                    onMove={(event) => move(event, ids, index)}
                  />
                ))}
              </svg>
            </li>
          );
        })}
      </ul>
      <div className="mt-1 grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]" aria-hidden="true">
        <span />
        <svg width="100%" height="20" className="overflow-visible text-13">
          {namedDays(now, zone).map(({ day, at }) => (
            <text key={day} x={`${(at / WIDTH) * 100}%`} y="14" className={day === dayNumber(now, zone) - 7 ? "fill-quiet max-sm:hidden" : "fill-quiet"}>
              {dayWords(day, Infinity).replace(/^\w+, (\d+) (\w{3}).*$/, "$1 $2")}
            </text>
          ))}
          <text x="100%" y="14" textAnchor="end" className="fill-ink font-medium">
            Now
          </text>
        </svg>
      </div>
      <p className="mt-2 min-h-11 text-13 text-quiet sm:min-h-6">
        <bdi>{(chosen && sentences.get(chosen)) ?? "Point at a bar to see the session. Shaded stripes are nights, pale ends are time without use."}</bdi>
      </p>
    </div>
  );
}
