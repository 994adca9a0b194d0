import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { atEnd } from "./stop-everything";

type Json = Record<string, unknown>;
type Key = Awaited<ReturnType<typeof generateKeyPair>> & { kid: string };

/** A provider that answers as a test wants it to, also as a good one never would; as a good one unless told otherwise. */
export type BadProvider = {
  readonly issuer: string;
  /** Methods and paths, without queries. */
  readonly asked: string[];
  /** What its token endpoint was sent last. */
  sent: URLSearchParams;
  /** Of the request that it answers to. */
  nonce: string;
  /** Changes what it publishes, what it says of somebody, what it answers with. */
  metadata: (usual: Json) => unknown;
  claims: (usual: JWTPayload) => JWTPayload;
  tokens: (usual: Json) => unknown;
  userInfo: Json;
  /** Answers of an API, by path. */
  readonly api: Map<string, unknown>;
  /** Signs, in place of its own key. */
  sign: ((claims: JWTPayload) => Promise<string>) | null;
  /** Answers first, if it likes. */
  before: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  readonly key: Key;
  /** Changes its key, and forgets the one before. */
  rotate(): Promise<void>;
  publicJwk(): Promise<Json>;
  token(claims: JWTPayload, header?: Json): Promise<string>;
  reset(): void;
};

export const CLIENT = { clientId: "latchkey", clientSecret: "sesame" };
const AGE_SECONDS = 300;

/** The same without these. */
export function without<T extends object>(all: T, ...names: string[]): T {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name))) as T;
}

export const newKey = async (): Promise<Key> => ({ ...(await generateKeyPair("RS256", { extractable: true })), kid: Math.random().toString(36).slice(2) });

/** Of all until they change it: making one takes long. */
let firstKey: Promise<Key> | null = null;

/** `path`: below which its issuer is. */
export async function startBadProvider({ path = "" } = {}): Promise<BadProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}${path}`;
  const good = { sent: new URLSearchParams(), nonce: "", metadata: (usual: Json): unknown => usual, claims: (usual: JWTPayload) => usual, tokens: (usual: Json): unknown => usual, userInfo: {} as Json, sign: null, before: null };
  let key = await (firstKey ??= newKey());

  const publicJwk = async (): Promise<Json> => ({ ...(await exportJWK(key.publicKey)), kid: key.kid, alg: "RS256", use: "sig" });
  const token = (claims: JWTPayload, header: Json = {}) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: key.kid, ...header }).sign(key.privateKey);

  const provider: BadProvider = {
    ...good,
    issuer,
    asked: [],
    api: new Map(),
    get key() {
      return key;
    },
    async rotate() {
      key = await newKey();
    },
    publicJwk,
    token,
    reset: () => void Object.assign(provider, good, { userInfo: {} }),
  };

  async function answer(request: IncomingMessage): Promise<unknown> {
    const asked = new URL(request.url ?? "", origin).pathname;
    if (asked.endsWith("/.well-known/openid-configuration")) {
      const usual = { issuer, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token`, userinfo_endpoint: `${origin}/userinfo`, jwks_uri: `${origin}/keys`, response_types_supported: ["code"], id_token_signing_alg_values_supported: ["RS256", "HS256", "none"] };
      return provider.metadata(usual);
    }
    if (asked === "/keys") return { keys: [await publicJwk()] };
    if (asked === "/userinfo") return provider.userInfo;
    if (provider.api.has(asked)) return provider.api.get(asked);
    provider.sent = new URLSearchParams(await textOf(request));
    const now = Math.floor(Date.now() / 1000);
    const claims = provider.claims({ iss: issuer, sub: "248289761001", aud: CLIENT.clientId, iat: now, exp: now + AGE_SECONDS, nonce: provider.nonce, email: "jane@example.com", email_verified: true, name: "Jane Doe" });
    return provider.tokens({ access_token: "access", token_type: "Bearer", id_token: await (provider.sign ?? token)(claims) });
  }

  server.on("request", (request, response) => {
    provider.asked.push(`${request.method} ${new URL(request.url ?? "", origin).pathname}`);
    if (provider.before?.(request, response)) return;
    answer(request).then(
      (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return provider;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
