import { singleton } from "@/lib/core/singleton";

type Sleepers = Set<() => void>;

/** Who waits in this process for work on pictures; empty where none is done beside the requests. */
export function avatarSleepers(): Sleepers {
  return singleton("avatars.sleepers", () => new Set<() => void>());
}

/** Says that there is work: queued deletions, or a wish for a Gravatar. It is done beside the request. */
export function wakeAvatars(): void {
  for (const wake of avatarSleepers()) wake();
}
