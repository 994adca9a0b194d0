import { scaleLinear } from "d3-scale";
import { number } from "./words";

const TOP = 22;
const BOTTOM = 22;
/** Under the lowest bar, for what is noted there. */
const NOTED = 16;

export type Bar = {
  /** What the axis and a pointer say of it. */
  name: string;
  tip: string;
  up: number;
  /** Of what went wrong: drawn below the line, in amber. */
  down?: number;
};

/** The bar that is named on the picture, by its index. */
export type Note = { index: number; words: string; tone?: "unusual" };

/** A bar a day, on one scale up and down. It stretches to whatever room there is: no position is in pixels but heights. */
export function DayBars({ bars, notes = [], height = 200, label }: { bars: readonly Bar[]; notes?: readonly Note[]; height?: number; label: string }) {
  const most = Math.max(1, ...bars.map(({ up }) => up));
  const least = Math.max(0, ...bars.map(({ down = 0 }) => down));
  const floor = height - BOTTOM - (notes.some(({ tone }) => tone === "unusual") ? NOTED : 0);
  const y = scaleLinear([-least, most], [floor, TOP]);
  const ground = y(0);
  const step = 100 / bars.length;
  const ticks = y.ticks(4).filter((tick) => tick > 0 && Number.isInteger(tick));
  const named = [0, Math.floor((bars.length - 1) / 2), bars.length - 1];
  return (
    <svg width="100%" height={height} role="img" aria-label={label} className="block overflow-visible">
      {ticks.map((tick) => (
        <line key={tick} x1="0" x2="100%" y1={y(tick)} y2={y(tick)} className="stroke-line" strokeDasharray="1 3" />
      ))}
      <svg width="100%" height={height} viewBox={`0 0 ${bars.length} ${height}`} preserveAspectRatio="none">
        <path d={bars.map(({ up }, index) => barPath(index, ground, y(up))).join("")} className="fill-accent" />
        {least > 0 && <path d={bars.map(({ down = 0 }, index) => barPath(index, ground + 1, down > 0 ? Math.max(ground + 2, y(-down)) : ground + 1)).join("")} className="fill-unusual-mark" />}
      </svg>
      {ticks.map((tick) => (
        <text key={tick} x="0" y={y(tick) - 3} className="halo fill-quiet text-13">
          {number(tick)}
        </text>
      ))}
      <line x1="0" x2="100%" y1={ground} y2={ground} className="stroke-edge/60" />
      {notes.map(({ index, words, tone }) => {
        const at = step * (index + 0.5);
        const bar = bars[index];
        if (!bar) return null;
        const end = at < 25 ? "start" : at > 75 ? "end" : "middle";
        const edge = end === "start" ? step * index : end === "end" ? step * (index + 1) : at;
        return (
          <text key={words} x={`${edge}%`} y={tone === "unusual" ? y(-(bar.down ?? 0)) + 14 : y(bar.up) - 6} textAnchor={end} className={tone === "unusual" ? "fill-unusual text-13 font-medium" : "fill-ink text-13 font-medium"}>
            {words}
          </text>
        );
      })}
      <rect data-tips={bars.map(({ tip }) => tip).join("\n")} width="100%" height={height - BOTTOM} className="fill-transparent" />
      {named.map((index, place) => (
        <text key={place} x={`${place === 0 ? 0 : place === 2 ? 100 : step * (index + 0.5)}%`} y={height - 4} textAnchor={place === 0 ? "start" : place === 2 ? "end" : "middle"} className="fill-quiet text-13">
          {bars[index]?.name}
        </text>
      ))}
    </svg>
  );
}

/** Between two bars. */
const GAP = 0.25;

/** The bar of an index, one unit wide with the gap, between two heights; nothing where they are one. */
function barPath(index: number, from: number, to: number): string {
  return from === to ? "" : `M${(index + GAP / 2).toFixed(3)} ${from.toFixed(1)}V${to.toFixed(1)}h${1 - GAP}V${from.toFixed(1)}z`;
}
