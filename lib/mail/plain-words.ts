const LONGEST = 48;

/**
 * What a client said of itself, fit for a mail that a stranger may have caused: one line of at most 48 code points, with
 * nothing that mail programs make a link of (hosts, addresses, schemes) and nothing that turns the line round. Whoever
 * chooses a user agent chooses these words, and a mail of ours must not carry their advertisement (spam, phishing). Empty
 * when nothing is left.
 */
export function plainWords(text: string): string {
  const line = text
    .slice(0, 512)
    .normalize("NFKC")
    .replace(/[^\p{L}\p{M}\p{N} ()'’&+.,_-]/gu, " ")
    // A dot is left between figures only: "26.1" and not "evil.example".
    .replace(/(?<!\p{N})\.|\.(?!\p{N})/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("").trim()}…` : line;
}
