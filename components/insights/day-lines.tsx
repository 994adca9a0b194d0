import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { classes } from "@/components/ui/classes";
import { number } from "./words";

const TOP = 16;
const BOTTOM = 22;
/** As wide as a figure of the axis at most. */
const GLYPH = 8;
/** Units of the stretched part; strokes do not stretch with it. */
const WIDTH = 1000;

/** `name` stands at the line's end. */
export type Line = { name: string; values: readonly number[]; tone: "strong" | "middle" | "faint" };

const strokes = { strong: "stroke-accent", middle: "stroke-accent opacity-65", faint: "stroke-accent opacity-35" };

/** Lines over days, each named where it ends. The first is filled down to the ground. */
export function DayLines({ days, tips, lines, height = 200, label }: { days: readonly string[]; tips: readonly string[]; lines: readonly Line[]; height?: number; label: string }) {
  const most = Math.max(1, ...lines.flatMap(({ values }) => values));
  const y = scaleLinear([0, most], [height - BOTTOM, TOP]);
  const x = scaleLinear([0, Math.max(1, days.length - 1)], [0, WIDTH]);
  const drawn = line<number>((_value, index) => x(index), (value) => y(value)).digits(1);
  const filled = area<number>((_value, index) => x(index), y(0), (value) => y(value)).digits(1);
  const ticks = y.ticks(4).filter((tick) => tick > 0 && Number.isInteger(tick));
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-2">
      <svg width={GLYPH * Math.max(1, ...ticks.map((tick) => number(tick).length))} height={height} aria-hidden="true" className="overflow-visible">
        {ticks.map((tick) => (
          <text key={tick} x="100%" y={y(tick) + 4} textAnchor="end" className="fill-quiet text-13">
            {number(tick)}
          </text>
        ))}
      </svg>
      <svg width="100%" height={height} role="img" aria-label={label} className="block overflow-visible">
        {ticks.map((tick) => (
          <line key={tick} x1="0" x2="100%" y1={y(tick)} y2={y(tick)} className="stroke-line" strokeDasharray="1 3" />
        ))}
        <svg width="100%" height={height} viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" className="overflow-visible">
          {lines[0] && <path d={filled(lines[0].values) ?? ""} className="fill-accent opacity-10" />}
          {lines.map(({ name, values, tone }) => (
            <path key={name} d={drawn(values) ?? ""} fill="none" strokeWidth="2" strokeLinejoin="round" vectorEffect="non-scaling-stroke" className={strokes[tone]} />
          ))}
        </svg>
        <line x1="0" x2="100%" y1={y(0)} y2={y(0)} className="stroke-edge/60" />
        <rect data-tips={tips.join("\n")} width="100%" height={height - BOTTOM} className="fill-transparent" />
        <text x="0" y={height - 4} className="fill-quiet text-13">
          {days[0]}
        </text>
        <text x="100%" y={height - 4} textAnchor="end" className="fill-quiet text-13">
          {days.at(-1)}
        </text>
      </svg>
      <svg width="64" height={height} aria-hidden="true" className="overflow-visible">
        {spread(lines.map(({ name, values, tone }) => ({ name, tone, value: values.at(-1) ?? 0, at: y(values.at(-1) ?? 0) }))).map(({ name, tone, value, at }) => (
          <text key={name} x="0" y={at + 4} className={classes("text-13", tone === "strong" ? "fill-accent-strong font-medium" : "fill-quiet")}>
            {number(value)} {name}
          </text>
        ))}
      </svg>
    </div>
  );
}

const LINE = 13;

/** Names that would stand on each other are moved apart, upwards. */
function spread<T extends { at: number }>(names: readonly T[]): T[] {
  let free = Number.POSITIVE_INFINITY;
  return [...names]
    .sort((a, b) => b.at - a.at)
    .map((name) => {
      free = Math.min(name.at, free - LINE);
      return { ...name, at: free };
    });
}
