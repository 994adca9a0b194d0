import Link from "next/link";
import { buttonClasses } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { placeName } from "@/components/ui/place";
import { textLink } from "@/components/ui/text-link";
import type { Page } from "@/lib/core/page";
import type { AdminSession, SessionSummary } from "@/lib/admin/schema";
import { deviceKinds } from "@/lib/devices/schema";
import type { SessionActions } from "./admin-actions";
import { AdminLive } from "./admin-live";
import { type Chip, FilterChips, hrefWith } from "./filter-chips";
import { FilterInput, FilterSelect } from "./filter-fields";
import { FilterForm } from "./filter-form";
import { kindWords } from "./kind-words";
import { sessionRows } from "./row-views";
import { SessionTable } from "./session-table";
import { Summary } from "./summary";

const PATH = "/admin/devices";
const MEANS = ["q", "ip", "country", "kind", "userId"];

type Props = {
  sessionId: string;
  values: Record<string, string>;
  errors: Record<string, string>;
  /** Null when a filter is not right. */
  page: Page<AdminSession> | null;
  summary: SessionSummary;
  countries: string[];
  /** The e-mail address of the one user that is meant. */
  owner: string | null;
  actions: SessionActions | null;
};

function chipsOf(values: Record<string, string>, owner: string | null): Chip[] {
  const words: Record<string, (value: string) => string> = {
    q: (value) => `Begins with “${value}”`,
    ip: (value) => `From ${value}`,
    country: (value) => `In ${placeName({ country: value.toUpperCase(), city: null }) ?? value}`,
    kind: (value) => kindWords[value as keyof typeof kindWords] ?? value,
    userId: () => (owner ? `Of ${owner}` : "Of one user"),
    status: (value) => (value === "ended" ? "Ended" : "Live and ended"),
    sort: () => "Oldest first",
  };
  return Object.entries(words).flatMap(([name, say]) => {
    const value = values[name];
    return value === undefined || value === "active" || value === "newest" ? [] : [{ name, words: say(value) }];
  });
}

/** Everyone's sessions: who, on what, from where, since when, and the way to end them. */
export function DevicesOfAll({ sessionId, values, errors, page, summary, countries, owner, actions }: Props) {
  const filtered = MEANS.some((name) => name in values);
  const options = countries.map((code) => [code, placeName({ country: code, city: null }) ?? code] as const).sort((a, b) => a[1].localeCompare(b[1]));
  return (
    <>
      <h1 className="mb-4 text-28 font-semibold tracking-tight">All devices</h1>
      <Summary summary={summary} />
      <div className="-mx-4 mb-3 space-y-3 border-y bg-ground px-4 py-3">
        <FilterForm action={PATH} label="Sessions" values={values}>
          <FilterInput label="E-mail or name" name="q" type="search" defaultValue={values.q} error={errors.q} className="grow basis-48 md:max-w-72" />
          <FilterInput label="Address or network" name="ip" defaultValue={values.ip} error={errors.ip} placeholder="203.0.113.0/24" className="grow basis-36 md:max-w-48" />
          <FilterSelect label="Status" name="status" defaultValue={values.status} error={errors.status} className="grow basis-24 md:max-w-36" options={[["", "Live"], ["ended", "Ended"], ["all", "Live and ended"]]} />
          <FilterSelect label="Country" name="country" defaultValue={values.country?.toUpperCase()} error={errors.country} className="grow basis-32 md:max-w-44" options={[["", "Any"], ...options]} />
          <FilterSelect label="Kind" name="kind" defaultValue={values.kind} error={errors.kind} className="grow basis-24 md:max-w-36" options={[["", "Any"], ...deviceKinds.map((kind) => [kind, kindWords[kind]] as const)]} />
          <FilterSelect label="Order" name="sort" defaultValue={values.sort} error={errors.sort} className="grow basis-28 md:max-w-36" options={[["", "Newest first"], ["oldest", "Oldest first"]]} />
          {values.userId && <input type="hidden" name="userId" defaultValue={values.userId} />}
        </FilterForm>
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <FilterChips path={PATH} values={values} chips={chipsOf(values, owner)} />
          {actions && filtered && page !== null && page.items.length > 0 && values.status !== "ended" && (
            <Link href={hrefWith(`${PATH}/end`, values, { sort: null, status: null })} prefetch={false} className={buttonClasses("end", "small")}>
              End all that match…
            </Link>
          )}
        </div>
      </div>
      <AdminLive sessionId={sessionId} />
      {page === null ? (
        <Notice tone="unusual" role="status" title="This filter is not right">
          <p>{Object.entries(errors).map(([name, message]) => `${name} ${message}`).join("; ") || "Something in the address is not known here."}</p>
          <p>
            <Link href={PATH} prefetch={false} className={textLink}>
              Show all live sessions
            </Link>
          </p>
        </Notice>
      ) : page.items.length > 0 ? (
        <SessionTable caption="Sessions of everyone" rows={sessionRows(page.items)} actions={actions} />
      ) : (
        <div className="rounded-lg border bg-surface px-5 py-10 text-center text-quiet">
          <p className="font-medium text-ink">{page.nextCursor ? "What was here has ended meanwhile." : "No session is like this."}</p>
          <p className="mt-1">
            {filtered ? "Take a filter away, or look among the ended ones too: " : "Look among the ended ones: "}
            <Link href={hrefWith(PATH, values, { status: "all" })} prefetch={false} className={textLink}>
              live and ended
            </Link>
            .
          </p>
        </div>
      )}
      {page !== null && (
        <nav aria-label="Pages" className="mt-4 flex flex-wrap items-center gap-2">
          {values.cursor && (
            <Link href={hrefWith(PATH, values, {})} prefetch={false} className={buttonClasses()}>
              First page
            </Link>
          )}
          {page.nextCursor && (
            <Link href={hrefWith(PATH, values, { cursor: page.nextCursor })} prefetch={false} className={buttonClasses()}>
              {values.sort === "oldest" ? "Newer" : "Older"}
            </Link>
          )}
          <p className="ms-auto text-13 text-quiet max-md:hidden">
            <kbd>j</kbd> <kbd>k</kbd> next, previous · <kbd>x</kbd> pick · <kbd>/</kbd> search
          </p>
        </nav>
      )}
    </>
  );
}
