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
  const gap = bars.length > 45 ? 0.22 : 0.28;
  const ticks = y.ticks(4).filter((tick) => tick > 0 && Number.isInteger(tick));
  const named = [0, Math.floor((bars.length - 1) / 2), bars.length - 1];
  return (
    <svg width="100%" height={height} role="img" aria-label={label} className="block overflow-visible">
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1="0" x2="100%" y1={y(tick)} y2={y(tick)} className="stroke-line" strokeDasharray="1 3" />
          <text x="0" y={y(tick) - 3} className="halo fill-quiet text-13">
            {number(tick)}
          </text>
        </g>
      ))}
      {bars.map(({ name, up, down = 0, tip }, index) => (
        <g key={name} data-tip={tip}>
          <rect x={`${step * index}%`} width={`${step}%`} y="0" height={height - BOTTOM} className="fill-transparent" />
          <rect x={`${step * (index + gap / 2)}%`} width={`${step * (1 - gap)}%`} y={y(up)} height={ground - y(up)} rx="1" className="fill-accent" />
          {down > 0 && <rect x={`${step * (index + gap / 2)}%`} width={`${step * (1 - gap)}%`} y={ground + 1} height={Math.max(1, y(-down) - ground - 1)} rx="1" className="fill-unusual-mark" />}
        </g>
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
      {named.map((index, place) => (
        <text key={place} x={`${place === 0 ? 0 : place === 2 ? 100 : step * (index + 0.5)}%`} y={height - 4} textAnchor={place === 0 ? "start" : place === 2 ? "end" : "middle"} className="fill-quiet text-13">
          {bars[index]?.name}
        </text>
      ))}
    </svg>
  );
}
