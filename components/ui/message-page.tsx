import type { ReactNode } from "react";
import { Mark } from "./brand";

/** A page that has only one thing to say. */
export function MessagePage({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-[28rem] flex-col items-start justify-center gap-4 px-4 py-10">
      <Mark size={40} />
      <h1 className="text-28 font-semibold tracking-tight">{title}</h1>
      <div className="space-y-2 text-16 text-quiet">{children}</div>
      {action}
    </main>
  );
}
