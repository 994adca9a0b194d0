/** The mark: a key in a circle. Drawn once more in app/icon.svg. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true" className="shrink-0">
      <circle cx="16" cy="16" r="16" className="fill-accent" />
      <g className="stroke-on-accent" strokeWidth="2.25" strokeLinecap="round" strokeLinejoin="round">
        <circle cx="11.75" cy="16" r="4" />
        <path d="M15.75 16H25M21 16v3.5M25 16v2.75" />
      </g>
    </svg>
  );
}
