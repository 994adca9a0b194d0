import { lookup } from "node:dns/promises";
import { request as askPlain } from "node:http";
import { request as askByTls } from "node:https";
import { isIP } from "node:net";
import type { Context } from "@/lib/core/context";
import { isPublic } from "./public-address";
import { MAX_FILE_BYTES } from "./schema";

const DEADLINE_MS = 5_000;

/** Where it is said to be, and the provider that says so. */
export type PlaceOfPicture = { picture: string; provider: string };

/**
 * The picture of somebody who came by another provider, or null: unreachable, slower than 5 s in all, larger than an upload
 * may be, or any answer but 200. Whoever has an account there chooses the address, so what it leads to is nothing of the
 * house's (SSRF, CWE-918): https and public addresses only, looked up once and connected to as they were judged (DNS
 * rebinding), and no redirect is followed. On the provider's own host, which the operator named, it may be wherever that is.
 */
export async function fetchPicture({ settings, log }: Pick<Context, "settings" | "log">, { picture, provider }: PlaceOfPicture): Promise<Uint8Array | null> {
  const issuer = settings.OIDC_PROVIDERS.find(({ name }) => name === provider)?.issuer;
  try {
    const url = new URL(picture);
    const isProvidersOwn = issuer !== undefined && url.origin === new URL(issuer).origin;
    if (!isProvidersOwn && url.protocol !== "https:") throw new Error("not https");
    return await read(url, await placeOf(url, isProvidersOwn));
  } catch (error) {
    log.info({ provider, cause: error instanceof Error ? error.message : "unknown" }, "avatars: no picture from a provider");
    return null;
  }
}

/** The one address that is connected to. */
async function placeOf({ hostname }: URL, isProvidersOwn: boolean): Promise<{ address: string; family: number }> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const found = family > 0 ? [{ address: host, family }] : await withDeadline(lookup(host, { all: true }));
  const [first] = found;
  if (!first || !(isProvidersOwn || found.every(({ address }) => isPublic(address)))) throw new Error("not on the internet");
  return first;
}

function withDeadline<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no address in time")), DEADLINE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function read(url: URL, place: { address: string; family: number }): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const ask = url.protocol === "https:" ? askByTls : askPlain;
    const chunks: Uint8Array[] = [];
    let size = 0;
    const asking = ask(url, {
      agent: false,
      headers: { accept: "image/*" },
      signal: AbortSignal.timeout(DEADLINE_MS),
      lookup: (_host, { all }, found) => (all ? found(null, [place]) : found(null, place.address, place.family)),
    });
    asking.on("error", reject);
    asking.on("response", (answer) => {
      const giveUp = (why: string) => asking.destroy(new Error(why));
      if (answer.statusCode !== 200) return giveUp(`status ${answer.statusCode}`);
      answer.on("error", reject);
      answer.on("data", (chunk: Uint8Array) => {
        size += chunk.length;
        if (size > MAX_FILE_BYTES) giveUp(`larger than ${MAX_FILE_BYTES} bytes`);
        else chunks.push(chunk);
      });
      answer.on("end", () => resolve(Buffer.concat(chunks)));
      answer.on("aborted", () => reject(new Error("broken off")));
    });
    asking.end();
  });
}
