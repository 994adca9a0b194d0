import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Settings } from "@/lib/platform/env";
import type { Log } from "@/lib/platform/log";
import { appHandler } from "./app-handler";
import { createFrontServer, type Handler } from "./front-server";

const DRAIN_MS = 10_000;

export type ServeOptions = { settings: Settings; log: Log; host: string | undefined; dev: boolean };

/** Serves the app in this process until SIGTERM or SIGINT, then drains and exits. */
export async function serveAlone({ settings, log, host, dev }: ServeOptions): Promise<void> {
  let handler: Handler | undefined;
  const front = createFrontServer({ appUrl: new URL(settings.APP_URL), hops: settings.TRUSTED_PROXY_HOPS, handler: () => handler as Handler });
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

  let stopping = false;
  async function stop(why: string) {
    if (stopping) return;
    stopping = true;
    log.info({ why }, "draining");
    await front.drain(DRAIN_MS);
    await Promise.race([app.close(), new Promise((resolve) => setTimeout(resolve, 2_000))]).catch(() => {});
    process.exit(0);
  }
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  // Whoever started us over a channel (`up`, a test, the primary) has ended: so do we.
  process.on("disconnect", () => void stop("disconnect"));
}
