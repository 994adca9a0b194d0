import { landPath, shapes, WORLD_HEIGHT, WORLD_WIDTH } from "./world";

export type OnMap = { country: string | null; count: number; unusual: boolean; tip: string };

/** Where from: one scale of teal, on all land alike; a ring in amber where failures are unusual. */
export function WorldMap({ places, label }: { places: readonly OnMap[]; label: string }) {
  const most = Math.max(1, ...places.map(({ count }) => count));
  const drawn = places.flatMap((place) => {
    const shape = place.country === null ? undefined : shapes.get(place.country);
    return shape ? [{ ...place, shape }] : [];
  });
  return (
    <svg viewBox={`0 0 ${WORLD_WIDTH} ${WORLD_HEIGHT}`} width="100%" role="img" aria-label={label} className="block h-auto">
      <path d={landPath} className="fill-line" />
      {drawn.map(({ shape, count, tip }) => (
        <g key={shape.country} data-tip={tip}>
          <path d={shape.path} strokeWidth="0.8" fillOpacity={(0.16 + 0.84 * Math.sqrt(count / most)).toFixed(2)} className="fill-accent stroke-surface" />
        </g>
      ))}
      {drawn.map(
        ({ shape, unusual, tip }) =>
          unusual && (
            <g key={shape.country} data-tip={tip}>
              <circle cx={shape.middle[0].toFixed(0)} cy={shape.middle[1].toFixed(0)} r="14" strokeWidth="4" className="fill-unusual-mark/25 stroke-unusual-mark" />
            </g>
          ),
      )}
    </svg>
  );
}
