import { z } from "zod";
import { isLoopback } from "@/lib/core/loopback";

/** A mail server as `SMTP_URL` names it. `tls`: from the first byte on (smtps), by STARTTLS and else not at all, or none (the loopback). What leaves this machine is encrypted or not sent. */
export type SmtpServer = { host: string; port: number; tls: "implicit" | "starttls" | "none"; credentials: { user: string; password: string } | null };

/** Whose mail it is, as `MAIL_FROM` says. */
export type Sender = { name: string | null; address: string };

const PORTS: Record<string, number> = { "smtp:": 587, "smtps:": 465 };

export const smtpServer = z.string().transform((value, check): SmtpServer => {
  const server = readSmtpUrl(value.trim());
  if (server) return server;
  // No part of it is repeated: it may hold a password.
  check.addIssue({ code: "custom", message: "must be smtp://host:587 or smtps://host:465, with user:password@ before the host if the server wants them (percent-encoded), and nothing after the port" });
  return z.NEVER;
});

function readSmtpUrl(text: string): SmtpServer | null {
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
    const usual = PORTS[protocol];
    const host = decodeURIComponent(hostname).replace(/^\[(.*)\]$/, "$1");
    const more = search + hash + pathname.replace(/^\/$/, "");
    if (usual === undefined || !/^[\p{L}\p{N}.:_-]+$/u.test(host) || more !== "" || (username === "") !== (password === "")) return null;
    const credentials = username === "" ? null : { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    const tls = protocol === "smtps:" ? "implicit" : isLoopback(host) ? "none" : "starttls";
    return { host, port: port === "" ? usual : Number(port), tls, credentials };
  } catch {
    return null;
  }
}

/** One mailbox and nothing that a mail program or server could read as two, or as an end of line (CWE-93). */
export const MAILBOX = /^[^\s\p{C}<>()[\]\\,;:"@]{1,64}@[\p{L}\p{N}\p{M}.-]{1,253}$/u;
const NAMED = /^"?([^"<>\p{C}\p{Zl}\p{Zp}]{0,78}?)"?\s*<([^<>]+)>$/u;

export const sender = z.string().transform((value, check): Sender => {
  const [, name = "", address = value.trim()] = NAMED.exec(value.trim()) ?? [];
  if (MAILBOX.test(address)) return { name: name.trim() || null, address };
  check.addIssue({ code: "custom", message: 'must be an address as accounts@example.org or "Example <accounts@example.org>"' });
  return z.NEVER;
});
