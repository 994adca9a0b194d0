import { createHash } from "node:crypto";
import type { Square } from "./decode-picture";
import { AVATAR_SIZES } from "./schema";

const CELLS = 5;
const CELL = 64;

/** Ink and paper, light enough and dark enough on either theme. */
const COLOURS = [
  ["#0f6b6b", "#dcefee"],
  ["#2f5d8c", "#dfe9f5"],
  ["#6b4a8a", "#ece4f4"],
  ["#9a4a5f", "#f6e3e8"],
  ["#8a5a1f", "#f5eadb"],
  ["#4f6b2a", "#e8efdc"],
  ["#2d6a4a", "#dff0e6"],
  ["#5a5f6b", "#e6e8ec"],
] as const;

/** A mirrored pattern of 5 × 5 cells, for ever the same for the same `seed`. */
export function drawIdenticon(seed: string): Square {
  const hash = createHash("sha256").update(seed).digest();
  const [ink, paper] = COLOURS[(hash[0] as number) % COLOURS.length] as (typeof COLOURS)[number];
  const size = AVATAR_SIZES.large;
  const margin = (size - CELLS * CELL) / 2;
  const data = Buffer.alloc(size * size * 3);
  const cellAt = (point: number) => Math.floor((point - margin) / CELL);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const colour = isInked(hash, cellAt(x), cellAt(y)) ? ink : paper;
      data.writeUIntBE(Number.parseInt(colour.slice(1), 16), (y * size + x) * 3, 3);
    }
  }
  return { data, channels: 3 };
}

function isInked(hash: Buffer, column: number, row: number): boolean {
  if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) return false;
  const half = Math.min(column, CELLS - 1 - column);
  // So that no pattern is empty.
  if (half === 2 && row === 2) return true;
  return (hash[1 + half * CELLS + row] as number) % 2 === 1;
}
