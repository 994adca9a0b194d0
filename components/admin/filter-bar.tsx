import type { ReactNode } from "react";
import { FilterForm } from "./filter-form";

type Props = { action: string; label: string; values: Record<string, string>; children: ReactNode };

/** The search and the filters; they stay in sight while one scrolls, and the table's head below them, where there is room. */
export function FilterBar({ children, ...form }: Props) {
  return (
    <div className="-mx-4 mb-3 border-y bg-ground px-4 py-3 lg:sticky lg:top-0 lg:z-10 lg:h-[5.3rem]">
      <FilterForm {...form}>{children}</FilterForm>
    </div>
  );
}

/** On a phone the lesser filters are folded away until they are asked for, or in force; without scripts too. */
export function MoreFilters({ open, children }: { open: boolean; children: ReactNode }) {
  return (
    <>
      <input type="checkbox" id="more-filters" defaultChecked={open} className="peer sr-only md:hidden" />
      <label
        htmlFor="more-filters"
        className="inline-flex min-h-9 items-center rounded-md border px-2.5 text-13 font-medium peer-checked:bg-sunken peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent md:hidden"
      >
        Filters
      </label>
      <div className="contents max-md:hidden max-md:w-full max-md:grid-cols-2 max-md:gap-2 max-md:peer-checked:grid">{children}</div>
    </>
  );
}
