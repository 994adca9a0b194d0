import { WEEKDAYS } from "./words";

const ROW = 22;
const HEAD = 18;

export type HourCell = { weekday: number; hour: number; count: number };

/** As many as an eye tells apart. */
const SHADES = 10;

/** When in the week: a cell an hour, the darker the more. */
export function HourGrid({ cells, say, label }: { cells: readonly HourCell[]; say: (cell: HourCell) => string; label: string }) {
  const most = Math.max(1, ...cells.map(({ count }) => count));
  const counts = new Map(cells.map(({ weekday, hour, count }) => [weekday * 24 + hour, count]));
  const step = 100 / 24;
  const weeks = WEEKDAYS.flatMap((_name, index) => Array.from({ length: 24 }, (_one, hour) => ({ weekday: index + 1, hour, count: counts.get((index + 1) * 24 + hour) ?? 0 })));
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
        <svg y={HEAD} width="100%" height={7 * ROW} viewBox={`0 0 24 ${7 * ROW}`} preserveAspectRatio="none">
          {Array.from({ length: SHADES + 1 }, (_one, shade) => (
            <path key={shade} d={weeks.map(({ count, hour, weekday }) => (shadeOf(count, most) === shade ? cellPath(hour, weekday) : "")).join("")} fillOpacity={shade === 0 ? 1 : (0.12 + (0.88 * shade) / SHADES).toFixed(2)} className={shade === 0 ? "fill-sunken" : "fill-accent"} />
          ))}
        </svg>
        <rect data-tips={weeks.map(say).join("\n")} data-columns="24" y={HEAD} width="100%" height={7 * ROW} className="fill-transparent" />
      </svg>
    </div>
  );
}

/** 0 only for none. By the root: else all but the busiest hours would look alike. */
function shadeOf(count: number, most: number): number {
  return Math.ceil(Math.sqrt(count / most) * SHADES);
}

function cellPath(hour: number, weekday: number): string {
  return `M${hour + 0.04} ${ROW * (weekday - 1) + 1}h.92v${ROW - 2}h-.92z`;
}
