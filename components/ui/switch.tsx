import type { ComponentProps } from "react";
import { classes } from "./classes";

/** Turns something on or off as the button of a form, so that it needs no script. While it is under way it takes no second press. */
export function Switch({ on, pending, className, ...rest }: Omit<ComponentProps<"button">, "type" | "role"> & { on: boolean; pending: boolean }) {
  return (
    <button
      type="submit"
      role="switch"
      aria-checked={on}
      aria-disabled={pending || undefined}
      onClick={(event) => pending && event.preventDefault()}
      className={classes("inline-flex h-6 w-11 shrink-0 items-center rounded-full border p-0.5 transition-colors duration-150", on ? "border-accent bg-accent" : "border-edge bg-sunken", className)}
      {...rest}
    >
      <span aria-hidden="true" className={classes("size-4.5 rounded-full transition-transform duration-150", on ? "translate-x-5 bg-on-accent rtl:-translate-x-5" : "bg-edge")} />
    </button>
  );
}
