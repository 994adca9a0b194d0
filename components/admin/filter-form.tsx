"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useTransition } from "react";
import { Button } from "@/components/ui/button";

const TYPING = 250;

type Props = {
  /** The page it filters. */
  action: string;
  label: string;
  /** What is in force, by the names of the fields. */
  values: Record<string, string>;
  children: ReactNode;
};

/** A plain GET form; with scripts it searches as one types, and the address says what is shown. "/" leads to its first field. */
export function FilterForm({ action, label, values, children }: Props) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [pending, startTransition] = useTransition();

  // A chip was removed, or one went back: the fields follow, but not under the hands of who types.
  useEffect(() => {
    for (const field of form.current?.elements ?? []) {
      if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement) || field.name === "") continue;
      const value = values[field.name] ?? "";
      if (field !== document.activeElement && field.value !== value) field.value = value;
    }
  }, [values]);

  useEffect(() => {
    function slash(event: KeyboardEvent) {
      const typing = event.target instanceof HTMLElement && event.target.closest("input:not([type=checkbox]), select, textarea, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      form.current?.querySelector<HTMLInputElement>("input")?.focus();
    }
    document.addEventListener("keydown", slash);
    return () => {
      document.removeEventListener("keydown", slash);
      clearTimeout(timer.current);
    };
  }, []);

  function apply() {
    clearTimeout(timer.current);
    if (!form.current) return;
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form.current)) {
      if (typeof value === "string" && value.trim() !== "") query.set(name, value.trim());
    }
    const text = query.toString();
    startTransition(() => router.replace(text === "" ? action : `${action}?${text}`, { scroll: false }));
  }

  return (
    <form
      ref={form}
      method="get"
      action={action}
      role="search"
      aria-label={label}
      aria-busy={pending || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
      onChange={(event) => {
        const field = event.target;
        if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement) || field.name === "") return;
        clearTimeout(timer.current);
        if (field instanceof HTMLSelectElement) apply();
        else timer.current = setTimeout(apply, TYPING);
      }}
      className="flex flex-wrap items-end gap-2"
    >
      {children}
      <noscript>
        <Button type="submit">Show</Button>
      </noscript>
      <span role="status" className="sr-only">
        {pending ? "Searching…" : ""}
      </span>
    </form>
  );
}
