/** One line of the table. `target` in words; `holds` is null where there is none to hold. */
export type Result = { name: string; value: string; target: string; holds: boolean | null };

export function atLeast(name: string, value: number, target: number): Result {
  return { name, value: `${value.toFixed(2)} ×`, target: `≥ ${target} ×`, holds: value >= target };
}

export function below(name: string, value: number, target: number): Result {
  return { name, value: `${value.toFixed(2)} ×`, target: `< ${target} ×`, holds: value < target };
}

export function atMostTimes(name: string, value: number, target: number): Result {
  return { name, value: `${value.toFixed(2)} ×`, target: `≤ ${target} ×`, holds: value <= target };
}

export function atMost(name: string, value: number, target: number, unit = ""): Result {
  return { name, value: `${Number(value.toFixed(1))}${unit}`, target: `≤ ${target}${unit}`, holds: value <= target };
}
