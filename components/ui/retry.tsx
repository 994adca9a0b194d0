"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
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

const never = () => () => {};
/** Opened by its own address, it stands in for no page that could come back. */
const standsAlone = () => window.location.pathname === "/unavailable";

/** Asks again by itself, less and less often, and loads the page as soon as it is there. */
export function Retry() {
  const [asking, setAsking] = useState(false);
  const alone = useSyncExternalStore(never, standsAlone, () => false);

  useEffect(() => {
    if (standsAlone()) return;
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
      <Button onClick={() => (alone ? window.location.assign("/devices") : window.location.reload())}>Try now</Button>
      {/* Read out once, not with every try. */}
      {!alone && <p className="text-13 text-quiet">This page asks again by itself{asking ? " …" : "."}</p>}
    </div>
  );
}
