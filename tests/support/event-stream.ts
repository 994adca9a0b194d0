import { request } from "node:http";
import type { HttpClient } from "@/tests/integration/api/http-client";

/** An open event stream over a connection of its own, and what it has said so far. */
export type HeardStream = { text: string; closed: boolean; leave(): void };

/** Opens it as a page does; resolves with its first words. Rejects on any other status than 200. */
export function openEventStream(origin: string, { jar }: Pick<HttpClient, "jar">, path = "/api/auth/events"): Promise<HeardStream> {
  const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "), accept: "text/event-stream" };
  return new Promise((resolve, reject) => {
    const asked = request(origin + path, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${path}: ${response.statusCode}`));
      const heard: HeardStream = { text: "", closed: false, leave: () => asked.destroy() };
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        heard.text += piece;
        resolve(heard);
      });
      response.on("error", () => {});
      response.on("close", () => (heard.closed = true));
    });
    asked.on("error", reject);
    asked.end();
  });
}
