import { WEEKDAYS } from "./words";

const ROW = 22;
const HEAD = 18;

export type HourCell = { weekday: number; hour: number; count: number };

/** When in the week: a cell an hour, the darker the more. `unusual` hours are outlined in amber. */
export function HourGrid({ cells, say, label }: { cells: readonly HourCell[]; say: (cell: HourCell) => string; label: string }) {
  const most = Math.max(1, ...cells.map(({ count }) => count));
  const counts = new Map(cells.map(({ weekday, hour, count }) => [weekday * 24 + hour, count]));
  const step = 100 / 24;
  return (
    <div className="grid grid-cols-[2rem_minmax(0,1fr)] gap-x-1">
      <svg width="100%" height={HEAD + 7 * ROW} aria-hidden="true">
        {WEEKDAYS.map((name, index) => (
          <text key={name} x="0" y={HEAD + ROW * index + 15} className="fill-quiet text-13">
            {name.slice(0, 3)}
          </text>
        ))}
      </svg>
      <svg width="100%" height={HEAD + 7 * ROW} role="img" aria-label={label} className="block overflow-visible">
        {[0, 6, 12, 18].map((hour) => (
          <text key={hour} x={`${step * hour}%`} y="11" className="fill-quiet text-13">
            {String(hour).padStart(2, "0")}
          </text>
        ))}
        <text x="100%" y="11" textAnchor="end" className="fill-quiet text-13">
          24
        </text>
        {WEEKDAYS.flatMap((name, index) =>
          Array.from({ length: 24 }, (_one, hour) => {
            const count = counts.get((index + 1) * 24 + hour) ?? 0;
            return (
              <g key={`${name} ${hour}`} data-tip={say({ weekday: index + 1, hour, count })}>
                <rect x={`${step * hour + 0.15}%`} width={`${step - 0.3}%`} y={HEAD + ROW * index + 1} height={ROW - 2} rx="2" className="fill-sunken" />
                {count > 0 && <rect x={`${step * hour + 0.15}%`} width={`${step - 0.3}%`} y={HEAD + ROW * index + 1} height={ROW - 2} rx="2" fillOpacity={(0.14 + 0.86 * Math.sqrt(count / most)).toFixed(2)} className="fill-accent" />}
              </g>
            );
          }),
        )}
      </svg>
    </div>
  );
}
