"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const LOOK_MS = 1_500;
const LOOKS = 5;

/**
 * A new account's picture comes a moment after its first page, often before that page hears of changes.
 * Shown while there is none, this looks again by itself.
 */
export function AwaitPicture() {
  const router = useRouter();
  useEffect(() => {
    let looks = 0;
    const timer = setInterval(() => {
      if (++looks >= LOOKS) clearInterval(timer);
      if (navigator.onLine) router.refresh();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
