import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { avatarRequests, users } from "@/db/schema";
import { fetchPicture } from "@/lib/avatars/fetch-picture";
import { fulfilRequest } from "@/lib/avatars/fulfil-request";
import { isPublic } from "@/lib/avatars/public-address";
import type { Context } from "@/lib/core/context";
import { come, entered, somebody } from "@/tests/integration/providers/identities";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { atEnd } from "@/tests/support/stop-everything";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** A provider on this machine, which has pictures of every kind; and a server of the house beside it. */
let provider: Server;
let inside: Server;
let askedInside = 0;
let context: Context;

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

beforeAll(async () => {
  inside = await serve((_request, response) => void response.end(PNG));
  // Whatever is sent: by TLS it would come to no request.
  inside.on("connection", () => askedInside++);
  provider = await serve((request, response) => {
    if (request.url === "/redirect") return response.writeHead(302, { location: `${addressOf(inside)}/secret` }).end();
    if (request.url === "/huge") return response.end(Buffer.alloc(6 * 1024 * 1024));
    if (request.url === "/missing") return response.writeHead(404).end();
    if (request.url === "/text") return response.end("<script>alert(1)</script>");
    response.end(PNG);
  });
  const env = { OIDC_PROVIDERS: "acme", OIDC_ACME_ISSUER: addressOf(provider), OIDC_ACME_CLIENT_ID: "c", OIDC_ACME_CLIENT_SECRET: "s" };
  ({ context } = await openTestWorld({ HASH_THREADS: "1", ...env }));
  await trust(context);
});

const fetched = (picture: string, name = "acme") => fetchPicture(context, { picture, provider: name });

describe("where a provider says that a picture is", () => {
  test("is asked at its own place, wherever the operator has that", async () => {
    expect(Buffer.from((await fetched(`${addressOf(provider)}/mia.png`)) as Uint8Array).equals(PNG)).toBe(true);
  });

  test.each([
    ["another server of this machine", () => addressOf(inside)],
    ["the same by its name", () => addressOf(inside).replace("127.0.0.1", "localhost").replace("http:", "https:")],
    ["a redirect to one", () => `${addressOf(provider)}/redirect`],
    ["the cloud's own data", () => "https://169.254.169.254/latest/meta-data"],
    ["this machine, in IPv6", () => "https://[::1]/"],
    ["the same in disguise", () => "https://[::ffff:127.0.0.1]/"],
    ["all zeros", () => "https://0.0.0.0/"],
    ["a number", () => "https://2130706433/"],
    ["another scheme", () => "file:///etc/passwd"],
    ["no address at all", () => "mia"],
    ["more than an upload may be", () => `${addressOf(provider)}/huge`],
    ["nothing", () => `${addressOf(provider)}/missing`],
  ])("is not asked, or not taken, where that is %s", async (_what, picture) => {
    expect(await fetched(picture())).toBeNull();
    expect(askedInside).toBe(0);
  });

  test("is no place of its own once the operator has taken the provider away", async () => {
    expect(await fetched(`${addressOf(provider)}/mia.png`, "gone")).toBeNull();
  });
});

test.each([
  ["93.184.215.14", true],
  ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", true],
  ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"].map((address) => [address, false] as const),
  ...["::", "::1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "fc00::1", "fe80::1", "ff02::1", "2001:db8::1", "2002:7f00:1::1", "2001::1"].map((address) => [address, false] as const),
] as [string, boolean][])("%s is on the internet: %s", (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

describe("a new account's picture", () => {
  async function account(path: string) {
    const { user } = entered(await come(context, somebody({ provider: "acme", picture: `${addressOf(provider)}${path}` })));
    const [request] = await context.db.select().from(avatarRequests).where(eq(avatarRequests.userId, user.id));
    return { user, request: request as typeof avatarRequests.$inferSelect };
  }

  test("is the provider's, through the same decoding as an upload", async () => {
    const { user, request } = await account("/mia.png");
    expect(await fulfilRequest(context, { ...request, tries: 1 })).toMatchObject({ source: "provider" });
    expect(await context.db.select().from(avatarRequests).where(eq(avatarRequests.userId, user.id))).toEqual([]);
    expect((await context.db.select().from(users).where(eq(users.id, user.id)))[0]?.avatarVersion).not.toBeNull();
  });

  test("is a pattern where that is none, and asked for again; after three times of Gravatar", async () => {
    const { user, request } = await account("/text");
    expect(await fulfilRequest(context, { ...request, tries: 1 })).toMatchObject({ source: "identicon" });
    const [waiting] = await context.db.select().from(avatarRequests).where(eq(avatarRequests.userId, user.id));
    expect(waiting).toMatchObject({ drawn: true, provider: "acme" });
  });
});
