import { createServer } from "node:net";

/** The ports that an installed PostgreSQL or Redis of the machine's owner is expected on. */
const KEPT_FREE = new Set([5432, 6379]);

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await tryPort(0, "127.0.0.1");
    if (port !== null && !KEPT_FREE.has(port)) return port;
  }
}

/** Whether nobody listens on this port of the loopback, over IPv4 or IPv6. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await tryPort(port, "127.0.0.1")) !== null && (await tryPort(port, "::1")) !== null;
}

/** The port listened on for a moment; null when it is taken. A machine without IPv6 has nobody there. */
function tryPort(port: number, host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE" || error.code === "EACCES" ? null : port));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : null));
    });
  });
}
