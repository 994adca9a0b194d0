"use client";

import type { ReactNode } from "react";
import { Button, type ButtonSize, type ButtonTone } from "./button";

/** A form's button. While the form is under way it says so and takes no second press, but keeps the focus. */
export function Submit({ pending, busy, children, tone = "primary", size, className, describedBy }: {
  pending: boolean;
  /** What it says meanwhile, as "Signing in…". */
  busy: ReactNode;
  children: ReactNode;
  tone?: ButtonTone;
  size?: ButtonSize;
  className?: string;
  describedBy?: string;
}) {
  return (
    <Button
      type="submit"
      tone={tone}
      size={size}
      className={className}
      aria-disabled={pending || undefined}
      aria-describedby={describedBy}
      onClick={(event) => pending && event.preventDefault()}
    >
      {pending ? busy : children}
    </Button>
  );
}
