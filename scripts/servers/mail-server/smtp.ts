import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { type Behaviour, refusal } from "./behaviour";
import type { KeptMails } from "./kept-mails";

const LARGEST = 5 * 1024 * 1024;

/** A real SMTP server on the loopback that takes mail for everybody and sends none on. No TLS: what it would encrypt with is known to all. */
export function listenForMail(port: number, mails: KeptMails, behaviour: () => Behaviour): Promise<SMTPServer> {
  const server = new SMTPServer({
    name: "localhost",
    banner: "Latchkey's trial",
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    size: LARGEST,
    rejectOversized: true,
    onAuth: (_, __, done) => done(null, { user: "anybody" }),
    onConnect: (_, done) => done(refused("greeting")),
    onMailFrom: (_, __, done) => done(refused("sender")),
    onRcptTo: ({ address }, _, done) => done(refused("recipient", [address])),
    onData: (stream, session, done) => void take(stream, session, done),
  });
  const sockets = new Map<number, Socket>();
  server.server.on("connection", (socket) => {
    sockets.set(socket.remotePort ?? 0, socket);
    socket.once("close", () => sockets.delete(socket.remotePort ?? 0));
  });

  function refused(at: "greeting" | "sender" | "recipient" | "data", recipients: string[] = []): Error | null {
    const now = behaviour();
    if (now.kind !== "refuse" || now.at !== at) return null;
    return now.to === undefined || recipients.includes(now.to) ? refusal(now, recipients[0]) : null;
  }

  async function take(stream: SMTPServerDataStream, { remotePort, envelope: { mailFrom, rcptTo } }: SMTPServerSession, answer: (error: Error | null) => void): Promise<void> {
    const now = behaviour();
    const cut = () => void sockets.get(remotePort)?.destroy();
    if (now.kind === "cut" && now.when === "coming") return cut();
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    const to = rcptTo.map(({ address }) => address);
    const error = refused("data", to);
    if (error || stream.sizeExceeded) return answer(error);
    if (now.kind === "hang") return;
    if (now.kind === "delay") await sleep(now.milliseconds);
    await mails.add({ from: mailFrom ? mailFrom.address : "", to, raw: Buffer.concat(chunks) });
    if (now.kind === "cut") return cut();
    answer(null);
  }

  server.on("error", () => {});
  return new Promise((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
