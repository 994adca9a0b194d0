/** Background work of this process starts here, once: the connection to Redis is kept trusted, the ledger swept. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startBackground } = await import("@/lib/web/background");
  await startBackground();
}
