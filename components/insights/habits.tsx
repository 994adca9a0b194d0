import { Card } from "@/components/ui/card";
import { classes } from "@/components/ui/classes";
import { Time } from "@/components/ui/time";
import type { SignInTime } from "@/lib/insights/schema";
import { habitOf } from "./habit";

const HEIGHT = 18;

/** The sign-ins of the last `days` days, hours by places, in one quiet picture: what is not as usual stands out. */
export function Habits({ times, zone, days, whose }: { times: readonly SignInTime[]; zone: string; days: number; whose: "You" | "They" }) {
  const { count, sentence, rows } = habitOf(times, zone, whose, days);
  const most = Math.max(1, ...rows.flatMap(({ hours }) => hours));
  const step = 100 / 24;
  return (
    <Card className="px-4 py-3.5 sm:px-5">
      <p className="font-medium text-pretty">{sentence}</p>
      {count > 0 && (
        <>
          <ul className="mt-3 space-y-1.5 text-13">
            {rows.map(({ name, hours, count, last, unusual }) => (
              <li key={name} className="grid items-center gap-x-4 gap-y-0.5 sm:grid-cols-[11rem_minmax(0,1fr)_11rem]">
                <bdi className={classes("min-w-0 truncate", unusual && "font-medium text-unusual")} title={name}>
                  {name}
                </bdi>
                <svg width="100%" height={HEIGHT} aria-hidden="true" className="block max-sm:order-last">
                  {hours.map((signIns, hour) => (
                    <g key={hour}>
                      <rect x={`${step * hour + 0.2}%`} width={`${step - 0.4}%`} height={HEIGHT} rx="2" className="fill-sunken" />
                      {signIns > 0 && (
                        <rect x={`${step * hour + 0.2}%`} width={`${step - 0.4}%`} height={HEIGHT} rx="2" fillOpacity={unusual ? 1 : (0.25 + 0.75 * Math.sqrt(signIns / most)).toFixed(2)} className={unusual ? "fill-unusual-mark" : "fill-accent"}>
                          <title>{`${String(hour).padStart(2, "0")}:00 – ${String(hour + 1).padStart(2, "0")}:00: ${signIns}`}</title>
                        </rect>
                      )}
                    </g>
                  ))}
                </svg>
                <span className="figures text-quiet sm:text-end">
                  {count} {count === 1 ? "sign-in" : "sign-ins"}
                  <span className="sr-only">, at {hours.flatMap((signIns, hour) => (signIns > 0 ? [`${hour}`] : [])).join(", ")} o’clock</span>, <Time at={last} />
                </span>
              </li>
            ))}
          </ul>
          <div className="mt-1 grid gap-x-4 text-13 sm:grid-cols-[11rem_minmax(0,1fr)_11rem]" aria-hidden="true">
            <span className="max-sm:hidden" />
            <svg width="100%" height="16" className="overflow-visible">
              {[0, 6, 12, 18].map((hour) => (
                <text key={hour} x={`${step * hour}%`} y="12" className="fill-quiet">
                  {hour}
                </text>
              ))}
              <text x="100%" y="12" textAnchor="end" className="fill-quiet">
                24
              </text>
            </svg>
          </div>
          <p className="mt-1 text-13 text-quiet">Hours are those of {zone}.</p>
        </>
      )}
    </Card>
  );
}
