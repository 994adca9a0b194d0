import Link from "next/link";
import { z } from "zod";
import { buttonClasses } from "@/components/ui/button";
import { Pager } from "@/components/ui/pager";
import { textLink } from "@/components/ui/text-link";
import type { AdminEvent } from "@/lib/admin/schema";
import type { Page } from "@/lib/core/page";
import { eventTypes } from "@/lib/events/schema";
import { typeWords } from "./admin-event-words";
import { EventTable } from "./event-table";
import { FilterBar } from "./filter-bar";
import { type Chip, FilterChips, hrefWith } from "./filter-chips";
import { FilterInput, FilterSelect } from "./filter-fields";
import { FilterTrouble } from "./filter-trouble";
import { momentWords } from "./moment-words";

const PATH = "/admin/audit";
const labels = { type: "Kind", from: "From (UTC)", to: "Until (UTC)", userId: "User" };

type Props = { values: Record<string, string>; errors: Record<string, string>; page: Page<AdminEvent> | null; owner: string | null; /** Whose days the figures are that lead here. */ zone: string };

function chipsOf(values: Record<string, string>, owner: string | null, zone: string): Chip[] {
  const { type, userId, from, to } = values;
  return [
    ...(type ? [{ name: "type", words: typeWords[type as keyof typeof typeWords] ?? type }] : []),
    ...(userId ? [{ name: "userId", words: owner ? `Account of ${owner}` : "Of one account" }] : []),
    ...(from ? [{ name: "from", words: `From ${momentWords(from, zone, "begins")}` }] : []),
    ...(to ? [{ name: "to", words: `Until ${momentWords(to, zone, "ends")}` }] : []),
  ];
}

/** A moment, which the address may say too, has no place in a field of days: it would be lost with the next change. */
function fieldType(value: string | undefined): "date" | "text" {
  return value === undefined || z.iso.date().safeParse(value).success ? "date" : "text";
}

/** Everything that happened, with a way to take it along. */
export function AuditView({ values, errors, page, owner, zone }: Props) {
  const options = eventTypes.map((type) => [type, typeWords[type]] as const);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1 className="text-28 font-semibold tracking-tight">Audit log</h1>
        <div className="flex flex-wrap gap-2">
          <a href={hrefWith(`${PATH}/export`, values, { format: "csv" })} download className={buttonClasses("plain", "small")}>
            Export as CSV
          </a>
          <a href={hrefWith(`${PATH}/export`, values, { format: "jsonl" })} download className={buttonClasses("plain", "small")}>
            Export as JSON lines
          </a>
        </div>
      </div>
      <FilterBar action={PATH} label="Events" values={values}>
        <FilterSelect label={labels.type} name="type" defaultValue={values.type} error={errors.type} className="grow basis-40 md:max-w-56" options={[["", "Everything"], ...options]} />
        <FilterInput label={labels.from} name="from" type={fieldType(values.from)} defaultValue={values.from} error={errors.from} className="grow basis-40 md:max-w-44" />
        <FilterInput label={labels.to} name="to" type={fieldType(values.to)} defaultValue={values.to} error={errors.to} className="grow basis-40 md:max-w-44" />
        {values.userId && <input type="hidden" name="userId" defaultValue={values.userId} />}
      </FilterBar>
      <div className="mb-3 empty:hidden">
        <FilterChips path={PATH} values={values} chips={chipsOf(values, owner, zone)} />
      </div>
      {page === null ? (
        <FilterTrouble path={PATH} errors={errors} labels={labels} />
      ) : page.items.length > 0 ? (
        <div className="[--table-top:5.3rem]">
          <EventTable events={page.items} />
        </div>
      ) : (
        <div className="rounded-lg border bg-surface px-5 py-10 text-center text-quiet">
          <p className="font-medium text-ink">Nothing like this has happened.</p>
          <p className="mt-1">
            <Link href={PATH} prefetch={false} className={textLink}>
              Show everything
            </Link>
          </p>
        </div>
      )}
      <div className="mt-4">
        <Pager
          first={values.cursor ? { href: hrefWith(PATH, values, {}), label: "Newest" } : null}
          next={page?.nextCursor ? { href: hrefWith(PATH, values, { cursor: page.nextCursor }), label: "Older" } : null}
        />
      </div>
    </>
  );
}
