import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";
import type { Behaviour } from "./behaviour";
import { listPage, mailPage } from "./inbox-pages";
import type { KeptMails } from "./kept-mails";

/** Pages of ours load nothing and run nothing; a mail is shown in a frame of its own. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** A mail runs and loads nothing either; its links open beside it. */
const MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

const behaviourSchema: z.ZodType<Behaviour> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("accept") }),
  z.strictObject({ kind: z.literal("refuse"), at: z.enum(["greeting", "sender", "recipient", "data"]), code: z.int().min(400).max(599), status: z.string().optional(), to: z.string().optional() }),
  z.strictObject({ kind: z.literal("hang") }),
  z.strictObject({ kind: z.literal("cut"), when: z.enum(["coming", "taken"]) }),
  z.strictObject({ kind: z.literal("delay"), milliseconds: z.number() }),
]) as z.ZodType<Behaviour>;

type Options = { port: number; mails: KeptMails; /** Null: it takes mail and nothing else can be asked of it. */ behave: ((behaviour: Behaviour) => void) | null };

/** The inbox of everybody's mail, on the loopback: pages to look at it, and `/api/mails` (`?to=` one recipient). */
export function listenForReaders({ port, mails, behave }: Options): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.headersSent || send(response, 400, "text/plain", "That cannot be done."));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers, url = "/" } = request;
    // Only by the names it has: a site that lets its own name point here (DNS rebinding) would read the codes.
    if (headers.host !== `127.0.0.1:${port}` && headers.host !== `localhost:${port}`) return send(response, 421, "text/plain", "Ask 127.0.0.1.");
    const { pathname: path, searchParams } = new URL(url, "http://localhost");
    // JSON cannot be sent from another site without asking first (CORS).
    if (method !== "GET" && headers["content-type"] !== "application/json") return send(response, 415, "text/plain", "JSON only.");
    if (method === "PUT" && path === "/api/behaviour" && behave) {
      behave(behaviourSchema.parse(JSON.parse(await bodyOf(request))));
      return send(response, 200, "application/json", "{}");
    }
    if (method === "DELETE" && path === "/api/mails" && behave) {
      mails.clear();
      return send(response, 200, "application/json", "{}");
    }
    if (method !== "GET") return send(response, 405, "text/plain", "It can only be read.");
    if (path === "/") return send(response, 200, "text/html", listPage(mails.list()), PAGE_POLICY);
    if (path === "/api/mails") {
      const to = searchParams.get("to");
      return send(response, 200, "application/json", JSON.stringify(mails.list().filter((mail) => to === null || mail.to.includes(to))));
    }
    const [, id = "", view = ""] = /^\/mails\/([^/]+)(?:\/(html|text|raw))?$/.exec(path) ?? [];
    const mail = mails.list().find((one) => one.id === id);
    if (!mail) return send(response, 404, "text/plain", "There is no such mail.");
    if (view === "html") return send(response, 200, "text/html", mail.html, MAIL_POLICY);
    if (view === "raw") return send(response, 200, "text/plain", mails.raw(id) ?? "");
    return send(response, 200, "text/html", mailPage(mail, view === "text"), PAGE_POLICY);
  }

  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8") as AsyncIterable<string>) if ((body += chunk).length > 10_000) throw new Error("too large");
  return body;
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer, policy = "default-src 'none'"): void {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": policy,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
  });
  response.end(body);
}
