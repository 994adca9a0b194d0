/**
 * Thrown when no mail server took the mail now: not reached, too slow, broken off, busy (4xx), or one that wants something
 * of us and not of this mail (TLS, a password, another sender). Worth another try. Whether the mail was taken all the
 * same and only the answer lost, nobody knows. Compare `code`.
 */
export class MailDown extends Error {
  readonly code = "MAIL_DOWN";
}

/** Thrown when the server refuses this very mail for good (RFC 5321, 4.2.1: 5yz). Compare `code`. */
export class MailRefused extends Error {
  readonly code = "MAIL_REFUSED";
  /** `smtpCode` as 550, `status` as 5.1.1 (RFC 3463); null when it was not even offered. */
  constructor(readonly smtpCode: number | null, readonly status: string | null) {
    super(`the mail was refused: ${[smtpCode ?? "no address that can be sent to", status].filter((part) => part !== null).join(" ")}`);
  }
}

/** As nodemailer hands them out (its errors.ts). */
type SmtpError = { code?: unknown; originalCode?: unknown; responseCode?: unknown; response?: unknown; command?: unknown };

/** Who asks for a password asks it of us, whatever the mail. */
const ASKS_FOR_PASSWORD = new Set([530, 534, 535, 538]);

/** What became of a send. Only codes are kept: a server's words may repeat the address, and go to the log (CWE-532). */
export function smtpFailure(error: unknown): MailDown | MailRefused {
  const { code, originalCode, responseCode, response, command } = (typeof error === "object" && error !== null ? error : {}) as SmtpError;
  const smtpCode = typeof responseCode === "number" ? responseCode : null;
  const status = typeof response === "string" ? (/^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null) : null;
  const ofThisMail = command === "RCPT TO" || command === "DATA";
  // 503 is said of a session that went wrong, not of the mail.
  if (ofThisMail && smtpCode !== null && smtpCode >= 500 && smtpCode !== 503 && !ASKS_FOR_PASSWORD.has(smtpCode)) return new MailRefused(smtpCode, status);
  if (smtpCode === null && code === "EENVELOPE") return new MailRefused(null, null);
  const known = [code, originalCode, command, smtpCode, status].filter((part) => typeof part === "string" || typeof part === "number");
  return new MailDown(`no mail server took the mail: ${known.join(" ") || "no reason given"}`);
}
