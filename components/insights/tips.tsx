"use client";

import { type PointerEvent, type ReactNode, useState } from "react";

type Tip = { words: string; x: number; y: number };

/** Says what is under the pointer, of whatever within carries `data-tip`. Whoever has no pointer or no script has the tables. */
export function Tips({ children }: { children: ReactNode }) {
  const [tip, setTip] = useState<Tip | null>(null);
  function point({ target, clientX, clientY }: PointerEvent) {
    const words = target instanceof Element ? target.closest("[data-tip]")?.getAttribute("data-tip") : null;
    setTip(words ? { words, x: Math.min(clientX, window.innerWidth - 120), y: clientY } : null);
  }
  return (
    <div onPointerMove={point} onPointerLeave={() => setTip(null)} onPointerDown={point}>
      {children}
      {tip && (
        <div aria-hidden="true" style={{ left: Math.max(120, tip.x), top: tip.y }} className="pointer-events-none fixed z-20 max-w-60 -translate-x-1/2 -translate-y-[calc(100%+12px)] rounded-sm bg-ink px-2.5 py-1.5 text-13 text-ground shadow-float">
          {tip.words}
        </div>
      )}
    </div>
  );
}
