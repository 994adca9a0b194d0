import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import type { SearchParams } from "@/app/search-params";
import { LeaveView } from "@/components/leaving/leave-view";
import { isFailure } from "@/lib/core/errors";
import { listExports } from "@/lib/leaving/list-exports";
import { requireUser } from "@/lib/web/page";
import { readTypedCookie } from "@/lib/web/typed-cookie";
import { deleteAccountAction, makeExportAction } from "./actions";

export const metadata: Metadata = { title: "Leave" };

const SHOWN = 10;

export default async function LeavePage({ searchParams }: { searchParams: SearchParams }) {
  const { context, user, within } = await requireUser("/leave");
  const exports = await within(listExports(context, { limit: SHOWN }));
  if (isFailure(exports)) redirect("/sign-in?ended=1");
  const typed = await readTypedCookie(context.settings, (await headers()).get("cookie"), "/leave");
  const { download } = await searchParams;
  return (
    <LeaveView
      user={user}
      exports={exports.items}
      days={context.settings.ACCOUNT_DELETION_DAYS}
      mail={context.mailer !== null}
      about={typed.about ?? null}
      typed={typed.email}
      download={typeof download === "string" ? download : null}
      makeExport={makeExportAction}
      deleteAccount={deleteAccountAction}
    />
  );
}
