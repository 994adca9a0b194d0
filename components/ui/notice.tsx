import type { ReactNode } from "react";
import { classes } from "./classes";

const tones = {
  quiet: "border-line bg-sunken",
  unusual: "border-unusual/35 bg-unusual-soft",
  end: "border-danger/35 bg-danger-soft",
  good: "border-live/35 bg-live-soft",
};

/** A calm banner. `role` is "alert" for what just went wrong, "status" for what just happened. */
export function Notice({ tone = "quiet", role, id, title, children }: {
  tone?: keyof typeof tones;
  role?: "alert" | "status";
  id?: string;
  title?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div id={id} role={role} className={classes("rounded-md border px-3.5 py-3 text-14 text-ink", tones[tone])}>
      {title && <p className="font-medium">{title}</p>}
      {children && <div className={classes(Boolean(title) && "mt-1", "space-y-2")}>{children}</div>}
    </div>
  );
}
