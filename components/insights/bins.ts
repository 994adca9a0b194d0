type OfDay = { day: string };

/** From so many days on a bar is a week. */
const MOST_DAYS = 90;

export type Bin<T> = { from: string; to: string; rows: T[] };

/** Days as they are drawn: each by itself, or by weeks that end today; days that make no whole week at the beginning are left out. */
export function binsOf<T extends OfDay>(rows: readonly T[]): Bin<T>[] {
  const size = rows.length > MOST_DAYS ? 7 : 1;
  const bins: Bin<T>[] = [];
  for (let start = rows.length % size; start < rows.length; start += size) {
    const some = rows.slice(start, start + size);
    bins.push({ from: some[0]?.day ?? "", to: some.at(-1)?.day ?? "", rows: some });
  }
  return bins;
}

export function sumOf<T>(rows: readonly T[], count: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + count(row), 0);
}
