"use client";

import { useTicking } from "@/components/ui/clock";
import { Time } from "@/components/ui/time";
import { ACTIVE_FOR } from "@/components/ui/time-words";

/** "Active now" with a filled dot, or how long ago the last use was. */
export function LastUse({ at, current }: { at: string; current: boolean }) {
  const active = useTicking((now) => current || now - Date.parse(at) < ACTIVE_FOR);
  if (active) {
    return (
      <span className="flex items-center gap-1.5 whitespace-nowrap text-13 font-medium text-live">
        <span aria-hidden="true" className="size-2 rounded-full bg-live" />
        Active now
      </span>
    );
  }
  return (
    <span className="flex items-center gap-1.5 whitespace-nowrap text-13 text-quiet">
      <span aria-hidden="true" className="size-2 rounded-full border-[1.5px] border-edge" />
      <span>
        <span className="sr-only">Last used </span>
        <Time at={at} />
      </span>
    </span>
  );
}
