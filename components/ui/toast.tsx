"use client";

import { X } from "lucide-react";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { classes } from "./classes";

type Toast = { id: number; text: ReactNode; role: "alert" | undefined };

const SHOWN_FOR = 8000;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function current() {
  return toasts;
}

const none: readonly Toast[] = [];

/** Says at the foot of the page what was done, or as an alert what was not. It leaves by itself, but not while it is read or focused. */
export function toast(text: ReactNode, role?: "alert"): void {
  change([...toasts.slice(-2), { id: ++lastId, text, role }]);
}

function dismiss(id: number) {
  change(toasts.filter((entry) => entry.id !== id));
}

function ToastCard({ id, text, role }: Toast) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [held, id]);
  return (
    <li
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="rise pointer-events-auto flex w-full max-w-[26rem] items-start gap-2 rounded-lg border bg-surface py-2.5 ps-4 pe-2 text-14 text-ink shadow-float"
    >
      <div role={role} className={classes("min-w-0 grow py-0.5", role && "text-danger")}>{text}</div>
      <button
        type="button"
        onClick={() => dismiss(id)}
        aria-label="Dismiss"
        className="grid size-7 shrink-0 place-items-center rounded-sm text-quiet hover:bg-sunken hover:text-ink"
      >
        <X size={16} aria-hidden="true" />
      </button>
    </li>
  );
}

export function Toaster() {
  const shown = useSyncExternalStore(subscribe, current, () => none);
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-4 bottom-4 z-10">
      <ol className="flex flex-col items-center gap-2">
        {shown.map((entry) => (
          <ToastCard key={entry.id} {...entry} />
        ))}
      </ol>
    </div>
  );
}
