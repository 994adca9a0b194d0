import type { ReceivedMail } from "./kept-mails";

/** How often the list looks for new mail, seconds. */
const LOOK_AGAIN = 3;

const STYLE = `
:root { color-scheme: light dark; --ground: #f9f7f3; --surface: #fffefc; --line: #e3dfd8; --ink: #25201a; --quiet: #5f584e; --accent: #0f5f63 }
@media (prefers-color-scheme: dark) { :root { --ground: #12100d; --surface: #1a1815; --line: #302d29; --ink: #ebe8e3; --quiet: #aea9a1; --accent: #73cdc8 } }
body { margin: 0 auto; max-width: 760px; padding: 24px 16px; background: var(--ground); color: var(--ink); font: 14px/22px ui-sans-serif, system-ui, sans-serif; overflow-wrap: anywhere }
a { color: var(--accent) }
h1 { font-size: 20px; line-height: 28px; margin: 0 0 4px }
p, dd, time { color: var(--quiet) }
p { margin: 0 0 20px }
ol { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 10px; background: var(--surface) }
li + li { border-top: 1px solid var(--line) }
li a { display: block; padding: 10px 16px; color: inherit; text-decoration: none }
li a:hover b, li a:focus-visible b { text-decoration: underline }
li span { display: flex; justify-content: space-between; gap: 16px; color: var(--quiet) }
time { font-variant-numeric: tabular-nums; white-space: nowrap }
nav { display: flex; gap: 16px; margin-bottom: 12px }
iframe, pre { box-sizing: border-box; width: 100%; margin: 0; border: 1px solid var(--line); border-radius: 10px; background: var(--surface) }
iframe { height: 75vh }
pre { padding: 16px; white-space: pre-wrap; font: 13px/20px ui-monospace, monospace }
`;

/** All that came, newest first. Without a script: it is loaded anew every few seconds. */
export function listPage(mails: readonly ReceivedMail[]): string {
  const lines = mails.map(
    ({ id, to, subject, receivedAt }) => `<li><a href="/mails/${id}"><b dir="auto">${escaped(subject)}</b><span><bdi>${escaped(to.join(", "))}</bdi>${time(receivedAt)}</span></a></li>`,
  );
  const head = `<meta http-equiv="refresh" content="${LOOK_AGAIN}">`;
  const none = "<p>Nothing yet. What Latchkey sends appears here by itself.</p>";
  return page("Inbox", head, `<h1>Inbox</h1><p>Every mail that this trial of Latchkey sends ends here, whomever it is for.</p>${lines.length > 0 ? `<ol>${lines.join("")}</ol>` : none}`);
}

/** One mail, as HTML in a frame where it can do nothing, or as text. */
export function mailPage({ id, from, to, subject, text, receivedAt }: ReceivedMail, asText: boolean): string {
  const content = asText ? `<pre dir="auto">${escaped(text)}</pre>` : `<iframe title="The mail" src="/mails/${id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
  const views = `<nav><a href="/">All mails</a><a href="/mails/${id}">HTML</a><a href="/mails/${id}/text">Text</a><a href="/mails/${id}/raw">As it came</a></nav>`;
  return page(subject, "", `${views}<h1 dir="auto">${escaped(subject)}</h1><p>From <bdi>${escaped(from)}</bdi> to <bdi>${escaped(to.join(", "))}</bdi>, ${time(receivedAt)}</p>${content}`);
}

function page(title: string, head: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title>${head}<style>${STYLE}</style><body>${body}</body></html>`;
}

function time(at: string): string {
  return `<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 19)} UTC</time>`;
}

function escaped(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? "");
}
