import type { ComponentProps } from "react";
import { classes } from "./classes";

export type ButtonTone = "plain" | "primary" | "end" | "end-solid" | "ghost";
export type ButtonSize = "small" | "medium" | "large";

const tones: Record<ButtonTone, string> = {
  plain: "border border-line bg-surface text-ink hover:border-edge hover:bg-sunken",
  primary: "border border-transparent bg-accent text-on-accent hover:bg-accent-strong",
  end: "border border-line bg-surface text-danger hover:border-danger hover:bg-danger-soft",
  "end-solid": "border border-transparent bg-danger text-on-danger hover:bg-danger-strong",
  ghost: "border border-transparent text-quiet hover:bg-sunken hover:text-ink",
};

const sizes: Record<ButtonSize, string> = {
  small: "min-h-8 px-2.5 text-13",
  medium: "min-h-9 px-3.5 text-14",
  large: "min-h-11 px-4 text-16",
};

export function buttonClasses(tone: ButtonTone = "plain", size: ButtonSize = "medium"): string {
  return classes(
    "inline-flex items-center justify-center gap-1.5 rounded-md text-center font-medium transition-colors duration-150",
    "disabled:cursor-default disabled:opacity-60",
    tones[tone],
    sizes[size],
  );
}

type Props = ComponentProps<"button"> & { tone?: ButtonTone; size?: ButtonSize };

export function Button({ tone, size, className, type = "button", ...rest }: Props) {
  return <button type={type} className={classes(buttonClasses(tone, size), className)} {...rest} />;
}
