"use client";

import { type PointerEvent, type ReactNode, useState } from "react";

type Tip = { words: string; x: number; y: number };

/** What is said of a place in a picture: its own `data-tip`, or one of `data-tips`, a line each, in so many columns and rows. */
function wordsAt(target: EventTarget, x: number, y: number): string | undefined {
  const element = target instanceof Element ? target.closest("[data-tip], [data-tips]") : null;
  const own = element?.getAttribute("data-tip");
  if (!element || own) return own ?? undefined;
  const tips = element.getAttribute("data-tips")?.split("\n") ?? [];
  const columns = Number(element.getAttribute("data-columns") ?? tips.length);
  const { left, top, width, height } = element.getBoundingClientRect();
  const place = (share: number, of: number) => Math.min(of - 1, Math.max(0, Math.floor(share * of)));
  return tips[place((y - top) / height, tips.length / columns) * columns + place((x - left) / width, columns)];
}

/** Says what is under the pointer. Whoever has no pointer or no script has the tables. */
export function Tips({ children }: { children: ReactNode }) {
  const [tip, setTip] = useState<Tip | null>(null);
  function point({ target, clientX, clientY }: PointerEvent) {
    const words = wordsAt(target, clientX, clientY);
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
