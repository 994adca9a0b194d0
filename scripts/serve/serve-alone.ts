import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { writeLeftOut } from "@/lib/auth/note-refusal";
import { noteDraining } from "@/lib/core/draining";
import type { Settings } from "@/lib/platform/env";
import type { Log } from "@/lib/platform/log";
import nextConfig from "@/next.config";
import { readActionPages } from "./action-pages";
import { appHandler } from "./app-handler";
import { createFrontServer, type Handler } from "./front-server";

/** What the answers on their way may take once the grace is over. */
export const PATIENCE_MS = 10_000;

export type ServeOptions = { settings: Settings; log: Log; host: string | undefined; dev: boolean; /** Called when it begins to drain. */ drains: () => void };

/** Serves the app in this process until SIGTERM or SIGINT, then drains and exits. */
export async function serveAlone({ settings, log, host, dev, drains }: ServeOptions): Promise<void> {
  let handler: Handler | undefined;
  const front = createFrontServer({
    appUrl: new URL(settings.APP_URL),
    hops: settings.TRUSTED_PROXY_HOPS,
    mostConnections: settings.MAX_CONNECTIONS,
    actions: dev ? null : readActionPages(nextConfig.distDir ?? ".next"),
    handler: () => handler as Handler,
  });
  const { default: next } = await import("next");
  // Next adds an `upgrade` listener to the server it is given; only its development tools need one.
  const httpServer = dev ? front.server : (new EventEmitter() as Server);
  // Always by this name, whatever is listened on: the middleware is told 127.0.0.1 as "localhost", and where the two
  // differ Next sends its rewrites over the network, back to us, and their status is lost.
  const app = next({ dev, dir: process.cwd(), port: settings.PORT, hostname: "localhost", quiet: !dev, httpServer });
  await app.prepare();
  handler = appHandler(app.getRequestHandler());

  await new Promise<void>((resolve, reject) => {
    front.server.once("error", reject);
    front.server.listen({ port: settings.PORT, host }, resolve);
  });
  const { port } = front.server.address() as AddressInfo;
  log.info({ port }, "listening");
  process.send?.({ listening: port });

  const noGrace = new AbortController();
  let stopping = false;
  async function stop(why: string, grace: boolean) {
    if (!grace) noGrace.abort();
    if (stopping) return;
    stopping = true;
    drains();
    log.info({ why }, "draining");
    noteDraining();
    const seconds = noGrace.signal.aborted ? 0 : settings.DRAIN_SECONDS;
    await front.drain(seconds > 0 ? sleep(seconds * 1000, null, { signal: noGrace.signal }).catch(() => {}) : null, PATIENCE_MS);
    // When nothing is refused any more.
    await Promise.race([Promise.all([app.close(), writeLeftOut()]), new Promise((resolve) => setTimeout(resolve, 2_000))]).catch(() => {});
    process.exit(0);
  }
  process.on("SIGTERM", () => void stop("SIGTERM", true));
  // Somebody sits before it and waits.
  process.on("SIGINT", () => void stop("SIGINT", false));
  // Whoever started us over a channel (`up`, a test, the primary) has ended: so do we.
  process.on("disconnect", () => void stop("disconnect", false));
}
