import Link from "next/link";
import { Avatar } from "@/components/shell/avatar";
import { Badge } from "@/components/ui/badge";
import { Pager } from "@/components/ui/pager";
import { textLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { type AdminUser, type FactorFilter, factorFilters } from "@/lib/admin/schema";
import type { Page } from "@/lib/core/page";
import { FilterBar } from "./filter-bar";
import { FilterChips, hrefWith } from "./filter-chips";
import { FilterInput, FilterSelect } from "./filter-fields";

const PATH = "/admin/users";
const factorWords: Record<FactorFilter, string> = {
  on: "Second step on",
  off: "Second step off",
  totp: "With an authenticator app",
  passkey: "With a passkey",
  none: "Without either",
};
const cell = "md:h-10 md:px-2 md:py-0.5 md:first:ps-4 md:last:pe-4";
const heading = "px-2 py-2 text-start font-medium first:ps-4 last:pe-4 lg:sticky lg:top-[5.3rem] lg:z-[1] bg-surface border-b first:rounded-ss-lg last:rounded-se-lg";

function UserRow({ user }: { user: AdminUser }) {
  return (
    <tr className="hover:bg-sunken max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-3 max-md:px-4 max-md:py-2 md:*:border-b md:last:*:border-b-0">
      <td className={`${cell} min-w-0 max-md:row-span-2 max-sm:col-span-2 max-sm:row-span-1`}>
        <span className="flex min-w-0 items-center gap-2">
          <Avatar name={user.name} image={user.image?.small ?? null} />
          <span className="min-w-0 leading-tight">
            <Link href={`${PATH}/${user.id}`} prefetch={false} className="block truncate font-medium underline-offset-2 hover:underline">
              <bdi>{user.name}</bdi>
            </Link>
            <bdi className="block truncate text-quiet">{user.email}</bdi>
          </span>
        </span>
      </td>
      <td className={`${cell} whitespace-nowrap sm:max-md:text-end max-sm:ps-9`}>
        {user.role !== "USER" && <Badge tone="accent">{user.role}</Badge>} {user.disabled && <Badge tone="unusual">Disabled</Badge>}
      </td>
      <td className={`${cell} whitespace-nowrap text-quiet max-md:text-end`}>
        <span className="sr-only">Last seen </span>
        {user.lastSeenAt ? <Time at={user.lastSeenAt} /> : "never"}
      </td>
      <td className={`${cell} whitespace-nowrap text-quiet max-md:hidden`}>
        <Time at={user.createdAt} />
      </td>
    </tr>
  );
}

/** Everyone who has an account. */
export function UsersView({ values, page }: { values: Record<string, string>; page: Page<AdminUser> | null }) {
  const { q, factor } = values;
  const chips = [
    ...(q ? [{ name: "q", words: `Begins with “${q}”` }] : []),
    ...(factor ? [{ name: "factor", words: factorWords[factor as FactorFilter] ?? factor }] : []),
  ];
  return (
    <>
      <h1 className="mb-4 text-28 font-semibold tracking-tight">Users</h1>
      <FilterBar action={PATH} label="Users" values={values}>
        <FilterInput label="Email or name" name="q" type="search" defaultValue={q} className="grow basis-40 sm:max-w-72" />
        <FilterSelect label="Second step" name="factor" defaultValue={factor} className="grow basis-40 sm:max-w-56" options={[["", "Any"], ...factorFilters.map((one) => [one, factorWords[one]] as const)]} />
      </FilterBar>
      <div className="mb-3 empty:hidden">
        <FilterChips path={PATH} values={values} chips={chips} />
      </div>
      {page && page.items.length > 0 ? (
        <table className="block w-full rounded-lg border bg-surface text-13 md:table md:border-separate md:border-spacing-0">
          <caption className="sr-only">Users</caption>
          <thead className="max-md:sr-only">
            <tr className="text-quiet">
              {["Who", "Role", "Last seen", "Account made"].map((words) => (
                <th key={words} scope="col" className={heading}>
                  {words}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="max-md:block max-md:divide-y">
            {page.items.map((user) => (
              <UserRow key={user.id} user={user} />
            ))}
          </tbody>
        </table>
      ) : (
        <div className="rounded-lg border bg-surface px-5 py-10 text-center text-quiet">
          <p className="font-medium text-ink">{page ? (factor ? "Nobody is like this." : "Nobody’s e-mail address or name begins like this.") : "This search is not right."}</p>
          <p className="mt-1">
            <Link href={PATH} prefetch={false} className={textLink}>
              Show all users
            </Link>
          </p>
        </div>
      )}
      <div className="mt-4">
        <Pager
          first={values.cursor ? { href: hrefWith(PATH, values, {}), label: "First page" } : null}
          next={page?.nextCursor ? { href: hrefWith(PATH, values, { cursor: page.nextCursor }), label: "Older accounts" } : null}
        />
      </div>
    </>
  );
}
