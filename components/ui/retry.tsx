"use client";

import { useEffect, useState } from "react";
import { Button } from "./button";

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 15_000;
const UNAVAILABLE = 503;

/** Whether the page at this address can be had again. */
async function isBack(): Promise<boolean> {
  try {
    const response = await fetch(window.location.href, { cache: "no-store", redirect: "manual" });
    return response.status !== UNAVAILABLE;
  } catch {
    return false;
  }
}

/** Asks again by itself, less and less often, and loads the page as soon as it is there. */
export function Retry() {
  const [asking, setAsking] = useState(false);

  useEffect(() => {
    // Opened by its own address, it stands in for no page that could come back.
    if (window.location.pathname === "/unavailable") return;
    let wait = FIRST_WAIT;
    let timer: ReturnType<typeof setTimeout>;
    async function attempt() {
      setAsking(true);
      if (await isBack()) return window.location.reload();
      setAsking(false);
      wait = Math.min(wait * 1.5, LONGEST_WAIT);
      timer = setTimeout(attempt, wait);
    }
    timer = setTimeout(attempt, wait);
    return () => clearTimeout(timer);
  }, []);

  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button onClick={() => window.location.reload()}>Try now</Button>
      <p role="status" className="text-13 text-quiet">
        {asking ? "Asking again…" : "This page asks again by itself."}
      </p>
    </div>
  );
}
