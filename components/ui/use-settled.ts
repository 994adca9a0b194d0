"use client";

import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

/** Longer than a double click takes. */
const SETTLES_MS = 500;

/**
 * Whether the page has lain in front for a moment. Until then a pointer's press may have been meant for another window: the first of a
 * double click closes what lay over this page, and the second falls on a button that its owner has not even seen. Without scripts always.
 */
export function useSettled(): boolean {
  const [isSettled, setSettled] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    function begin() {
      clearTimeout(timer);
      setSettled(false);
      timer = setTimeout(() => setSettled(true), SETTLES_MS);
    }
    // At once: the second click may come before React would get to it.
    const settle = () => flushSync(begin);
    begin();
    window.addEventListener("focus", settle);
    window.addEventListener("pageshow", settle);
    document.addEventListener("visibilitychange", settle);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("focus", settle);
      window.removeEventListener("pageshow", settle);
      document.removeEventListener("visibilitychange", settle);
    };
  }, []);
  return isSettled;
}
