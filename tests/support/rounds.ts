/** How often an attack is tried: all rounds in `npm run faults`, about a tenth of them in `npm test`. */
export function rounds(full: number): number {
  return process.env.ATTACK_ROUNDS === "full" ? full : Math.max(1, Math.ceil(full / 10));
}
