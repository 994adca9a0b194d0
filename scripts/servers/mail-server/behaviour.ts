/** How the server takes mail from now on; tests choose. */
export type Behaviour =
  | { kind: "accept" }
  /** Answers with this code (and enhanced status, RFC 3463) at that point of each session; `to` limits it to one recipient. */
  | { kind: "refuse"; at: "greeting" | "sender" | "recipient" | "data"; code: number; status?: string; to?: string }
  /** Takes the mail in and never answers. */
  | { kind: "hang" }
  /** Breaks the connection off: while the mail is coming in, or when it was taken in and only the answer is missing. */
  | { kind: "cut"; when: "coming" | "taken" }
  /** Answers each mail that much later. */
  | { kind: "delay"; milliseconds: number };

/** What SMTP clients are told in a refusal; the recipient stands in it as with many real servers. */
export function refusal({ code, status }: { code: number; status?: string }, recipient = ""): Error & { responseCode: number } {
  return Object.assign(new Error(`${status ? `${status} ` : ""}${recipient ? `<${recipient}> ` : ""}refused by the test`), { responseCode: code });
}
