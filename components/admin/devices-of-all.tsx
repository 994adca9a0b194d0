import Link from "next/link";
import { buttonClasses } from "@/components/ui/button";
import { Pager } from "@/components/ui/pager";
import { textLink } from "@/components/ui/text-link";
import type { Page } from "@/lib/core/page";
import type { AdminSession, SessionSummary } from "@/lib/admin/schema";
import { placeName } from "@/lib/core/place-name";
import { deviceKinds } from "@/lib/devices/schema";
import type { PickedBefore, SessionActions } from "./admin-actions";
import { AdminLive } from "./admin-live";
import { FilterBar, MoreFilters } from "./filter-bar";
import { FilterChips, hrefWith } from "./filter-chips";
import { FilterInput, FilterSelect } from "./filter-fields";
import { FilterTrouble } from "./filter-trouble";
import { filterWords } from "./filter-words";
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
  /** The owners who hold more than the visitor. */
  beyond: ReadonlySet<string>;
  /** By session, the provider that it began with. */
  through: Readonly<Record<string, string>>;
  actions: SessionActions | null;
  /** The address of this page, with what it shows. */
  here: string;
  /** What was picked, and why, before something else was asked first. */
  typed: PickedBefore | null;
};

const labels = { q: "Email or name", ip: "Address or network", status: "Status", country: "Country", kind: "Kind", sort: "Order", userId: "User" };

/** Everyone's sessions: who, on what, from where, since when, and the way to end them. */
export function DevicesOfAll({ sessionId, values, errors, page, summary, countries, owner, beyond, through, actions, here, typed }: Props) {
  const filtered = MEANS.some((name) => name in values);
  const options = countries.map((code) => [code, placeName({ country: code, city: null }) ?? code] as const).sort((a, b) => a[1].localeCompare(b[1]));
  return (
    <>
      <h1 className="mb-4 text-28 font-semibold tracking-tight">All devices</h1>
      <Summary summary={summary} />
      <FilterBar action={PATH} label="Sessions" values={values}>
        <FilterInput label={labels.q} name="q" type="search" defaultValue={values.q} error={errors.q} className="grow basis-40 md:max-w-72" />
        <MoreFilters open={["ip", "status", "country", "kind", "sort"].some((name) => name in values)}>
          <FilterInput label={labels.ip} name="ip" defaultValue={values.ip} error={errors.ip} placeholder="203.0.113.0/24" className="grow basis-36 md:max-w-48" />
          <FilterSelect label={labels.status} name="status" defaultValue={values.status} error={errors.status} className="grow basis-24 md:max-w-36" options={[["", "Live"], ["ended", "Ended"], ["all", "Live and ended"]]} />
          <FilterSelect label={labels.country} name="country" defaultValue={values.country?.toUpperCase()} error={errors.country} className="grow basis-28 md:max-w-44" options={[["", "Any"], ...options]} />
          <FilterSelect label={labels.kind} name="kind" defaultValue={values.kind} error={errors.kind} className="grow basis-24 md:max-w-36" options={[["", "Any"], ...deviceKinds.map((kind) => [kind, kindWords[kind]] as const)]} />
          <FilterSelect label={labels.sort} name="sort" defaultValue={values.sort} error={errors.sort} className="grow basis-28 md:max-w-36" options={[["", "Newest first"], ["oldest", "Oldest first"]]} />
        </MoreFilters>
        {values.userId && <input type="hidden" name="userId" defaultValue={values.userId} />}
      </FilterBar>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 empty:hidden">
        <FilterChips path={PATH} values={values} chips={filterWords(values, owner)} />
        {actions && filtered && page !== null && page.items.length > 0 && values.status !== "ended" && (
          <Link href={hrefWith(`${PATH}/end`, values, { sort: null, status: null })} prefetch={false} className={buttonClasses("end", "small")}>
            End all that match…
          </Link>
        )}
      </div>
      <AdminLive sessionId={sessionId} />
      {page === null ? (
        <FilterTrouble path={PATH} errors={errors} labels={labels} />
      ) : page.items.length > 0 ? (
        <SessionTable caption="Sessions of everyone" rows={sessionRows(page.items, beyond, through)} actions={values.status === "ended" ? null : actions} page={here} typed={typed} stuck />
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
        <div className="mt-4 flex flex-wrap items-center gap-2">
          <Pager
            first={values.cursor ? { href: hrefWith(PATH, values, {}), label: "First page" } : null}
            next={page.nextCursor ? { href: hrefWith(PATH, values, { cursor: page.nextCursor }), label: values.sort === "oldest" ? "Newer" : "Older" } : null}
          />
          <p className="ms-auto text-13 text-quiet max-md:hidden">
            <kbd>j</kbd> <kbd>k</kbd> next, previous · <kbd>x</kbd> pick · <kbd>/</kbd> search
          </p>
        </div>
      )}
    </>
  );
}
