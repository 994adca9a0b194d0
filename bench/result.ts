/** One line of a table. */
export type Result = {
  name: string;
  value: number;
  unit: "×" | "ms" | "bytes" | "a second" | "";
  better: "more" | "less";
  /** The same time in units of one password hash, measured beside it. */
  hashes?: number;
  /** What it must keep to; null where there is nothing to hold. */
  bound: { is: "≥" | "≤" | "<"; target: number } | null;
};

export function atLeast(name: string, value: number, target: number): Result {
  return { name, value, unit: "×", better: "more", bound: { is: "≥", target } };
}

export function below(name: string, value: number, target: number): Result {
  return { name, value, unit: "×", better: "less", bound: { is: "<", target } };
}

export function atMost(name: string, value: number, target: number, unit: Result["unit"] = ""): Result {
  return { name, value, unit, better: "less", bound: { is: "≤", target } };
}

/** What is told and held to nothing. */
export function unbound(name: string, value: number, unit: Result["unit"], better: Result["better"] = "less"): Result {
  return { name, value, unit, better, bound: null };
}

/** A time in milliseconds, and what it is beside one password hash of `hash` milliseconds: two machines can be compared by that. */
export function time(name: string, milliseconds: number, hash: number): Result {
  return { name, value: milliseconds, unit: "ms", better: "less", hashes: milliseconds / hash, bound: null };
}

export function holds({ value, bound }: Result): boolean {
  if (bound === null) return true;
  return bound.is === "≥" ? value >= bound.target : bound.is === "≤" ? value <= bound.target : value < bound.target;
}

export function inWords({ value, unit, hashes }: Result): string {
  const digits = unit === "×" ? 2 : unit === "ms" ? 1 : 0;
  return `${value.toFixed(digits)}${unit && ` ${unit}`}${hashes === undefined ? "" : ` (${hashes.toFixed(1)} hashes)`}`;
}

export function boundInWords({ unit, bound }: Result): string {
  return bound === null ? "–" : `${bound.is} ${bound.target}${unit && ` ${unit}`}`;
}
