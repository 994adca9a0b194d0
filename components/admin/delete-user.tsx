"use client";

import { ConfirmedForm } from "@/components/devices/confirmed-form";
import { DeletionForm } from "@/components/leaving/deletion-form";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { AdminUser } from "@/lib/admin/schema";
import type { Deletion } from "@/lib/leaving/schema";
import type { AboutToDo, DeletionActions } from "./admin-actions";

type Props = { user: AdminUser; deletion: Deletion | null; days: number; /** Null for who may only look. */ actions: DeletionActions | null; typed: AboutToDo };

/** That an account is to be deleted, and the way to ask for it or to take it back. */
export function DeleteUser({ user, deletion, days, actions, typed: { about = "", email = "" } }: Props) {
  if (deletion) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border bg-surface px-4 py-3 text-13">
        <p>
          Leaves <Time at={deletion.dueAt} form="coming" />, with everything that belongs to it. {!user.disabled && "Until then its owner can keep it."}
        </p>
        {actions && (
          <ConfirmedForm
            action={actions.keepUser}
            fields={{ userId: user.id }}
            label="Keep account"
            busy="Keeping it…"
            tone="plain"
            again={about === "keep"}
            question="Keep this account?"
            consequence={<p>It is not deleted, and its owner signs in as before. They are told.</p>}
            onDone={() => toast("The account stays.")}
          />
        )}
      </div>
    );
  }
  return actions && <AskForDeletion user={user} days={days} action={actions.deleteUser} again={about === "delete"} typed={email} />;
}

function AskForDeletion({ user, days, action, again, typed }: { user: AdminUser; days: number; action: DeletionActions["deleteUser"]; again: boolean; typed: string }) {
  return (
    <DeletionForm
      email={user.email}
      action={action}
      onDone={() => toast("The account is to be deleted. Every session of it has ended.")}
      again={again}
      typed={typed}
      className="max-w-[40rem] space-y-3 rounded-lg border bg-surface p-4"
    >
      <p className="text-pretty text-quiet">
        Every session of it ends within a second. {days > 0 ? `For ${days} ${days === 1 ? "day" : "days"} it can be kept, by its owner too unless it is disabled; then` : "Then"} all that belongs to it is gone for good.
      </p>
      <input type="hidden" name="userId" value={user.id} />
    </DeletionForm>
  );
}
