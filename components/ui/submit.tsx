"use client";

import type { ReactNode } from "react";
import { Button, type ButtonSize, type ButtonTone } from "./button";

/** A form's button. While the form is under way it says so and takes no second press, but keeps the focus. */
export function Submit({ pending, early = false, busy, children, tone = "primary", size, className, describedBy }: {
  pending: boolean;
  /** A pointer's press does not count yet (`useSettled`); the keyboard's does. */
  early?: boolean;
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
      aria-disabled={pending || early || undefined}
      aria-describedby={describedBy}
      onClick={(event) => (pending || (early && event.detail > 0)) && event.preventDefault()}
    >
      {pending ? busy : children}
    </Button>
  );
}
