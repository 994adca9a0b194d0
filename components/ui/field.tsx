import type { InputHTMLAttributes, ReactNode, Ref } from "react";
import { classes } from "./classes";

export const inputClasses =
  "block w-full min-w-0 rounded-md border border-edge bg-surface px-3 py-2 text-16 text-ink sm:text-14 placeholder:text-quiet " +
  "focus-visible:outline-offset-0 aria-invalid:border-danger";

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, "id"> & {
  label: string;
  name: string;
  id?: string;
  error?: string;
  hint?: ReactNode;
  /** What stands inside the box, at its end. */
  end?: ReactNode;
  below?: ReactNode;
  inputRef?: Ref<HTMLInputElement>;
};

/** A labelled input; what is wrong with it stands beside it and is tied to it for screen readers. */
export function Field({ label, name, id = name, error, hint, end, below, inputRef, className, ...input }: Props) {
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          {...input}
          ref={inputRef}
          id={id}
          name={name}
          dir="auto"
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          className={classes(inputClasses, Boolean(end) && "pe-16")}
        />
        {end && <div className="absolute inset-y-0 end-1 flex items-center">{end}</div>}
      </div>
      {below}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 text-13 text-danger">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-13 text-quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
