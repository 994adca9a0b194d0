import type { FormAction } from "@/components/ui/action-state";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { PageTitle } from "@/components/ui/page-title";
import type { Export } from "@/lib/leaving/schema";
import type { User } from "@/lib/users/schema";
import { DeleteAccount } from "./delete-account";
import { ExportList } from "./export-list";
import { MakeExport } from "./make-export";

type Props = {
  user: User;
  exports: Export[];
  /** For how long the account can still be kept. */
  days: number;
  mail: boolean;
  /** What was about to be done when something was asked first: "export", "download" or "delete"; and what had been typed. */
  about: string | null;
  typed: string | undefined;
  /** Why a file that was to be downloaded did not come, as the address says. */
  download: string | null;
  makeExport: FormAction<null>;
  deleteAccount: FormAction<null>;
};

/** A copy of everything to take along, and the way out. */
export function LeaveView({ user, exports, days, mail, about, typed, download, makeExport, deleteAccount }: Props) {
  return (
    <>
      <PageTitle title="Leave">Take a copy of what is kept of your account, or have all of it deleted.</PageTitle>
      <div className="max-w-[40rem] space-y-6">
        {download !== null && (
          <Notice role="alert" tone="end">
            <p>{download === "not_found" ? "This file is not there any more. You can make another export." : "The file could not be sent right now. Please try again in a moment."}</p>
          </Notice>
        )}
        <Card className="p-5">
          <h2 className="text-16 font-semibold">Your data</h2>
          <p className="mt-1 mb-4 text-pretty text-quiet">
            One ZIP file with your profile, sessions, devices, addresses, everything under Activity, and your picture. Making it takes a moment{mail && ", and a mail tells you when it is there"}. It is kept for seven days.
          </p>
          <MakeExport action={makeExport} again={about === "export"} anew={download !== null} isMaking={exports[0]?.state === "making"} />
          {about === "download" && download === null && (
            <div className="mt-5">
              <Notice role="status">
                <p>Nothing was sent yet. Press “Download” once more.</p>
              </Notice>
            </div>
          )}
          {exports.length > 0 && <ExportList exports={exports} />}
        </Card>
        <Card className="p-5">
          <h2 id="delete" className="scroll-mt-6 text-16 font-semibold">
            Delete your account
          </h2>
          <ul className="mt-2 mb-5 list-disc space-y-1 ps-5 text-pretty text-quiet">
            <li>You are signed out everywhere, here too, at once.</li>
            <li>{days > 0 ? `For ${days === 1 ? "one day" : `${days} days`} you can change your mind: sign in, and keep it. Nothing else is possible until then.` : "It is deleted at once. There is no way back."}</li>
            <li>Then everything that is yours is deleted for good: profile, picture, sessions, devices, addresses, exports. What remains in the log of this place says that something happened, but not to whom.</li>
          </ul>
          <DeleteAccount email={user.email} action={deleteAccount} again={about === "delete"} typed={typed} />
        </Card>
      </div>
    </>
  );
}
