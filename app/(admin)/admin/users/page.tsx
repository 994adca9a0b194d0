import type { Metadata } from "next";
import { givenValues } from "@/app/given-values";
import type { SearchParams } from "@/app/search-params";
import { UsersView } from "@/components/admin/users-view";
import { listUsers, usersQuery } from "@/lib/admin/list-users";
import { isFailure } from "@/lib/core/errors";
import { requireAdministrator } from "@/lib/web/page";

export const metadata: Metadata = { title: "Users" };

export default async function UsersPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireAdministrator("/admin/users", "users.read");
  const { values, query } = await givenValues(searchParams, usersQuery);
  const page = query && (await within(listUsers(context, query)));
  return <UsersView values={values} page={isFailure(page) ? null : page} />;
}
