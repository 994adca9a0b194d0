import type { CSSProperties } from "react";

/** The tokens of app/globals.css in sRGB: mail programs know no oklch and no variables. */
const light = { ground: "#f9f8f4", surface: "#fffefd", sunken: "#f4f2ee", line: "#e2dfda", ink: "#24201a", quiet: "#5e5851", accent: "#006465", onAccent: "#f8fdfd", danger: "#b82f2b" };
const dark: typeof light = { ground: "#110f0d", surface: "#1a1714", sunken: "#221f1c", line: "#302d28", ink: "#ece9e4", quiet: "#ada9a2", accent: "#75ccc8", onAccent: "#031a1a", danger: "#f89289" };

const FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** Inline, since some programs drop style elements; those show the light design. */
export const styles = {
  ground: { backgroundColor: light.ground, margin: 0, padding: 0, fontFamily: FONT },
  column: { maxWidth: 480, margin: "0 auto" },
  margins: { padding: "28px 16px 32px" },
  name: { color: light.ink, fontSize: 16, lineHeight: "28px", fontWeight: 600, margin: 0, paddingLeft: 10 },
  card: { backgroundColor: light.surface, border: `1px solid ${light.line}`, borderRadius: 10, borderCollapse: "separate", marginTop: 16 },
  pad: { padding: "28px 32px 18px" },
  title: { color: light.ink, fontSize: 20, lineHeight: "28px", fontWeight: 600, margin: "0 0 12px" },
  words: { color: light.ink, fontSize: 15, lineHeight: "24px", margin: "0 0 16px" },
  quiet: { color: light.quiet, fontSize: 14, lineHeight: "22px", margin: "0 0 12px" },
  link: { color: light.accent, textDecoration: "underline" },
  button: { backgroundColor: light.accent, border: `1px solid ${light.accent}`, borderRadius: 8, color: light.onAccent, fontSize: 15, fontWeight: 600, padding: "12px 20px" },
  alarm: { backgroundColor: light.surface, border: `1px solid ${light.danger}`, borderRadius: 8, color: light.danger, fontSize: 15, fontWeight: 600, padding: "12px 20px" },
  code: { backgroundColor: light.sunken, borderRadius: 8, color: light.ink, fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", fontSize: 34, lineHeight: "44px", fontWeight: 600, letterSpacing: 6, margin: "0 0 16px", padding: "14px 0 14px 6px", textAlign: "center" },
  facts: { borderTop: `1px solid ${light.line}`, margin: "6px 0 18px" },
  label: { borderBottom: `1px solid ${light.line}`, color: light.quiet, fontSize: 14, lineHeight: "20px", fontWeight: 400, padding: "8px 16px 8px 0", textAlign: "left", verticalAlign: "top", whiteSpace: "nowrap" },
  fact: { borderBottom: `1px solid ${light.line}`, color: light.ink, fontSize: 14, lineHeight: "20px", padding: "8px 0", verticalAlign: "top", width: "100%", wordBreak: "break-word" },
  foot: { color: light.quiet, fontSize: 13, lineHeight: "20px", margin: "0 0 8px", wordBreak: "break-word" },
  rule: { border: 0, borderTop: "1px solid transparent", height: 0, margin: "8px 0" },
} satisfies Record<string, CSSProperties>;

/** The mark (components/ui/brand.tsx) of nothing but boxes: a picture would have to come from somewhere. */
export const mark = {
  disc: { backgroundColor: light.accent, borderRadius: 14, fontSize: 0, lineHeight: 0, textAlign: "center", verticalAlign: "middle" },
  bow: { border: `2px solid ${light.onAccent}`, borderRadius: 6, display: "inline-block", height: 5, verticalAlign: "middle", width: 5 },
  stem: { backgroundColor: light.onAccent, display: "inline-block", height: 2, verticalAlign: "middle", width: 4 },
  bit: { backgroundColor: light.onAccent, display: "inline-block", height: 6, marginTop: 4, verticalAlign: "middle", width: 2 },
} satisfies Record<string, CSSProperties>;

const night: Record<string, string> = {
  ".ground, .ground > table > tbody > tr > td": `background-color: ${dark.ground}`,
  ".card": `background-color: ${dark.surface}; border-color: ${dark.line}`,
  ".ink": `color: ${dark.ink}`,
  ".quiet": `color: ${dark.quiet}`,
  ".link": `color: ${dark.accent}`,
  ".button": `background-color: ${dark.accent}; border-color: ${dark.accent}; color: ${dark.onAccent}`,
  ".alarm": `background-color: ${dark.surface}; border-color: ${dark.danger}; color: ${dark.danger}`,
  ".code": `background-color: ${dark.sunken}; color: ${dark.ink}`,
  ".line": `border-color: ${dark.line}`,
  ".disc": `background-color: ${dark.accent}`,
  ".bow": `border-color: ${dark.onAccent}`,
  ".stem": `background-color: ${dark.onAccent}`,
};

const important = (rules: string) => rules.split("; ").map((rule) => `${rule} !important`).join("; ");

/** Dark is another design, not the light one inverted; and less margin on a phone. */
export const styleSheet = `
:root { color-scheme: light dark; supported-color-schemes: light dark }
@media (max-width: 400px) { .pad { padding: 22px 20px 12px !important } .code { font-size: 30px !important; letter-spacing: 4px !important } }
@media (prefers-color-scheme: dark) { ${Object.entries(night).map(([selector, rules]) => `${selector} { ${important(rules)} }`).join(" ")} }
`;
