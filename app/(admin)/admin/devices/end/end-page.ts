import { filterOf, type SessionFilter } from "@/lib/admin/session-filter";

/** Where the dry run of a filter stands. */
export function endPage(filter: SessionFilter): string {
  return `/admin/devices/end?${new URLSearchParams(filterOf(filter))}`;
}
