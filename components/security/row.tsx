import type { ReactNode } from "react";

/** A part of what opens an account, with its rows. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="border-b px-5 py-4 last:border-b-0 sm:grid sm:grid-cols-[7.5rem_minmax(0,1fr)] sm:gap-x-4">
      <h2 className="text-13 font-medium text-quiet sm:pt-1.5">{title}</h2>
      <div className="divide-y">{children}</div>
    </section>
  );
}

type RowProps = { id?: string; title: string; facts?: ReactNode; action?: ReactNode; children?: ReactNode };

/** One thing: what it is, when it came and was last used, and what can be done with it. */
export function Row({ id, title, facts, action, children }: RowProps) {
  return (
    <div id={id} className="scroll-mt-6 py-3 first:pt-1 last:pb-1">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-40">
          <h3 className="font-medium">{title}</h3>
          {facts && <p className="text-13 text-pretty text-quiet">{facts}</p>}
        </div>
        {action}
      </div>
      {children && <div className="mt-3 empty:hidden">{children}</div>}
    </div>
  );
}
