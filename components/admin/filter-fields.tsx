import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from "react";
import { classes } from "@/components/ui/classes";
import { TROUBLE } from "./filter-trouble";

const box = "block w-full min-w-0 rounded-md border border-edge bg-surface text-ink placeholder:text-quiet aria-invalid:border-danger min-h-9 px-2.5 text-16 sm:text-13";

function Labelled({ label, className, id, children }: { label: string; className: string | undefined; id: string; children: ReactNode }) {
  return (
    <div className={classes("min-w-0", className)}>
      <label htmlFor={id} className="mb-1 block text-13 text-quiet">
        {label}
      </label>
      {children}
    </div>
  );
}

type Common = { label: string; name: string; error?: string | undefined; className?: string };

export function FilterInput({ label, name, error, className, ...input }: Common & InputHTMLAttributes<HTMLInputElement>) {
  const id = `filter-${name}`;
  return (
    <Labelled label={label} className={className} id={id}>
      <input {...input} id={id} name={name} autoComplete="off" spellCheck={false} aria-invalid={error ? true : undefined} aria-describedby={error ? TROUBLE : undefined} className={box} />
    </Labelled>
  );
}

export function FilterSelect({ label, name, error, className, options, ...select }: Common & SelectHTMLAttributes<HTMLSelectElement> & { options: readonly (readonly [string, string])[] }) {
  const id = `filter-${name}`;
  return (
    <Labelled label={label} className={className} id={id}>
      <select {...select} id={id} name={name} aria-invalid={error ? true : undefined} aria-describedby={error ? TROUBLE : undefined} className={box}>
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
