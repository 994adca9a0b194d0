import type { ReactNode } from "react";
import { classes } from "./classes";

const tones = {
  accent: "bg-accent-soft text-accent-strong",
  live: "bg-live-soft text-live",
  unusual: "bg-unusual-soft text-unusual",
  quiet: "bg-sunken text-quiet",
};

export function Badge({ tone, title, children }: { tone: keyof typeof tones; title?: string; children: ReactNode }) {
  return (
    <span title={title} className={classes("inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2 text-13 font-medium", tones[tone])}>
      {children}
    </span>
  );
}
