/** Does a step and says so: at once when it takes more than a second, and every 10 s while it lasts. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
  const soon = setTimeout(() => console.log(`  … ${what}`), 1_000);
  const still = setInterval(() => console.log(`  … ${what} (${Math.round((Date.now() - started) / 1000)} s so far)`), 10_000);
  try {
    const result = await work();
    console.log(`  ✓ ${what} (${seconds()} s)`);
    return result;
  } finally {
    clearTimeout(soon);
    clearInterval(still);
  }
}
