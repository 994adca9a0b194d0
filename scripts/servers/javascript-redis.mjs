import { Server } from "node:net";
import { createRedisServer } from "js-redis-server";

/**
 * js-redis-server on the port given, on the loopback only and with a password. It has no setting for either:
 * by itself it listens on every interface, and who can write there can make sessions live.
 */
const { listen } = Server.prototype;
Server.prototype.listen = function listenOnLoopback(port) {
  return listen.call(this, { port, host: "127.0.0.1" });
};

const { state, server } = await createRedisServer({ port: Number(process.argv[2]) });
state.requirepass = process.env.REDIS_PASSWORD;
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close().then(() => process.exit(0)));
