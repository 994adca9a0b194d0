import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { atEnd } from "./stop-everything";

export type GravatarServer = {
  readonly url: string;
  /** What it was asked, as path and query. */
  readonly asked: string[];
  /** Answers from now on in this way. */
  answer: (response: ServerResponse, path: string) => void;
};

/** A Gravatar of a test's own; it says 404 until it is told otherwise. */
export async function startGravatar(): Promise<GravatarServer> {
  const asked: string[] = [];
  const gravatar: { -readonly [K in keyof GravatarServer]: GravatarServer[K] } = {
    url: "",
    asked,
    answer: (response) => response.writeHead(404).end(),
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    gravatar.answer(response, request.url ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  gravatar.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return gravatar;
}

export function sends(picture: Buffer) {
  return (response: ServerResponse) => void response.writeHead(200, { "content-type": "image/jpeg" }).end(picture);
}
