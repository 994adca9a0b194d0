import { createTransport, type SMTPTransportOptions } from "nodemailer";
import type { Settings } from "./env";
import { MAILBOX, type SmtpServer } from "./mail-settings";
import { MailRefused, smtpFailure } from "./smtp-failure";

/** A mail as it goes out. `id`: the same mail sent again has the same one, and so the same Message-ID. */
export type Mail = { id: string; to: string; subject: string; html: string; text: string };

export type Mailer = {
  /**
   * Hands one mail over to the server. Resolves when that has taken it; rejects within `SEND_DEADLINE_MS` with `MAIL_DOWN`
   * (another try may do) or `MAIL_REFUSED` (never will), whatever the server does (smtp-failure.ts).
   */
  send(mail: Mail): Promise<void>;
  /** Whether the server lets us in, without a mail. Rejects as `send` does. */
  check(): Promise<void>;
  /** The longest that a send takes, milliseconds. */
  readonly longestMs: number;
  /** Breaks off what is under way. */
  close(): void;
};

export const SEND_DEADLINE_MS = 25_000;
/** For the connection, the greeting, and each silence after it. */
const PATIENCE_MS = 10_000;

/**
 * The way out for mail, or null where `SMTP_URL` names none. A connection for each mail: there are few (the queue bounds how many at once), servers
 * close idle ones when they like, and one that hangs then holds up its own mail only.
 */
export function openMailer({ SMTP_URL: server, MAIL_FROM: from, APP_NAME, APP_URL }: Settings): Mailer | null {
  if (!server || !from) return null;
  const host = new URL(APP_URL).hostname;
  const transport = createTransport(smtpOptions(server, host));
  const underWay = new Set<AbortController>();

  return {
    longestMs: SEND_DEADLINE_MS,
    async send({ id, to, subject, html, text }) {
      if (!MAILBOX.test(to)) throw new MailRefused(null, null);
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), SEND_DEADLINE_MS);
      underWay.add(abort);
      try {
        await transport.sendMail({
          messageId: `<${id}@${host}>`,
          from: { name: from.name ?? APP_NAME, address: from.address },
          // As parts and not as one text, which would be read as a list of addresses.
          to: { name: "", address: to },
          envelope: { from: from.address, to: [to] },
          subject: subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " "),
          html,
          text,
          textEncoding: "quoted-printable",
          // Nobody's holiday is told of a code (RFC 3834; Exchange has a header of its own), and Gmail lays no two codes under one heading, the older on top.
          headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "X-Entity-Ref-ID": id },
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: abort.signal,
        });
      } catch (error) {
        throw smtpFailure(error);
      } finally {
        clearTimeout(timer);
        underWay.delete(abort);
      }
    },
    async check() {
      await transport.verify().catch((error: unknown) => {
        throw smtpFailure(error);
      });
    },
    close() {
      for (const abort of underWay) abort.abort();
      transport.close();
    },
  };
}

/** Certificates are always checked. A server that offers no TLS is not believed: somebody on the way may have taken the offer out (STARTTLS stripping). */
function smtpOptions({ host, port, tls, credentials }: SmtpServer, name: string): SMTPTransportOptions {
  return {
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    // Without it, a server that does not ask for the password would not get it, and refuse every mail.
    ...(credentials ? { auth: { user: credentials.user, pass: credentials.password }, forceAuth: true } : {}),
    // The name that it greets with: not this machine's, which would stand in every mail.
    name: /^[\d.]+$/.test(name) ? `[${name}]` : name,
    dnsTimeout: PATIENCE_MS,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    socketCloseTimeout: 1_000,
    maxResponseSize: 64 * 1024,
    tls: { minVersion: "TLSv1.2" },
  };
}
