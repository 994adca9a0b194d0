import { isDatabaseDown } from "./outage";
import { singleton } from "./singleton";

/**
 * Whether PostgreSQL answered when this process last asked in the background. A page cannot answer 503 once it
 * renders, so the middleware asks this first. A hint for what to show, never for who may pass.
 */
const state = () => singleton("databaseHealth", () => ({ up: true }));

export function databaseIsUp(): boolean {
  return state().up;
}

/** `error`: what the background's last step ended with, or null. */
export function noteDatabaseHealth(error: unknown): void {
  state().up = !isDatabaseDown(error);
}
