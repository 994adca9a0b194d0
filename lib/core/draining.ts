import { singleton } from "./singleton";

const state = () => singleton("draining", () => ({ draining: false }));

/** Whether this process was told to stop: it answers what comes, and wants no more to come (`/api/ready` is 503). */
export function isDraining(): boolean {
  return state().draining;
}

export function noteDraining(): void {
  state().draining = true;
}
