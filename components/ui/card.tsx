import type { ReactNode } from "react";
import { classes } from "./classes";

export function Card({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={classes("rounded-lg border bg-surface", className)}>{children}</div>;
}
