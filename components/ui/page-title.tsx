import type { ReactNode } from "react";

/** The heading of a page, what it is for, and its one action. */
export function PageTitle({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-4 sm:flex-nowrap">
      <div className="min-w-0 max-w-[38rem]">
        <h1 className="text-28 font-semibold tracking-tight">{title}</h1>
        {children && <p className="mt-1 text-pretty text-quiet">{children}</p>}
      </div>
      {action}
    </div>
  );
}
