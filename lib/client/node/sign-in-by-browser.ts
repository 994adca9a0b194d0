import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { SignedIn } from "@/lib/auth/schema";
import type { Authorization } from "../authorization";
import type { Client } from "../create-client";

export type BrowserSignIn = {
  /** Opens the address in the system's browser. */
  open: (url: string) => unknown;
  /** The path of the server's `NATIVE_REDIRECTS` on the loopback. */
  path?: string;
  /** How long the browser is waited for. */
  seconds?: number;
  signal?: AbortSignal;
};

/** How long signing in may take, with a code that comes by mail on the way. */
const SECONDS = 600;

/**
 * Signs a program on this computer in by the system's browser (RFC 8252): listens on a free port of the loopback for as long as that
 * takes, for one answer. Rejects with SignInRefused, with a TimeoutError, with the signal's reason, with what `open` failed
 * with, or as every call of the client. Nothing listens any more when it is settled.
 */
export async function signInByBrowser(client: Pick<Client, "authorize">, { open, path = "/callback", seconds = SECONDS, signal }: BrowserSignIn): Promise<SignedIn> {
  const givenUp = AbortSignal.any([AbortSignal.timeout(seconds * 1000), ...(signal ? [signal] : [])]);
  const server = createServer();
  try {
    const origin = await listen(server);
    const authorization = await client.authorize(origin + path);
    const answered = firstAnswer(server, origin, path, authorization);
    const opened = Promise.resolve(authorization.url).then(open);
    const { address, response } = await unless(givenUp, Promise.race([answered, opened.then(() => answered)]));
    try {
      const signedIn = await authorization.finish(address, { signal: givenUp });
      await say(response, "You are signed in.");
      return signedIn;
    } catch (error) {
      await say(response, "You are not signed in.");
      throw error;
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Whatever else comes to the port, from another program or a page in the browser, is told that there is nothing. */
function firstAnswer(server: Server, origin: string, path: string, authorization: Authorization): Promise<{ address: string; response: ServerResponse }> {
  return new Promise((resolve) => {
    let isAnswered = false;
    server.on("request", ({ method, url = "" }, response) => {
      const isIts = !isAnswered && method === "GET" && url.split("?")[0] === path && authorization.isAnswer(url);
      if (!isIts) return void response.writeHead(404, { connection: "close" }).end();
      isAnswered = true;
      resolve({ address: origin + url, response });
    });
  });
}

/** Resolves when the browser has it, or has gone. */
async function say(response: ServerResponse, sentence: string): Promise<void> {
  const page = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>${sentence}</title><p>${sentence} You can close this page and go back to the app.`;
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'; frame-ancestors 'none'", "cache-control": "no-store", "referrer-policy": "no-referrer", connection: "close" };
  // It went while its code was exchanged, and has said so already: nothing more would be heard of it.
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once("close", resolve);
    response.writeHead(200, headers).end(page);
  });
}

async function unless<T>(givenUp: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {};
  const over = new Promise<never>((_resolve, reject) => {
    stop = () => reject(givenUp.reason as Error);
    if (givenUp.aborted) stop();
    else givenUp.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    givenUp.removeEventListener("abort", stop);
  }
}
