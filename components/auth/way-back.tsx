import type { FormAction } from "@/components/ui/action-state";
import type { MailKind } from "@/lib/mail/kinds";
import { AuthCard } from "./auth-card";
import { GoBackForm } from "./go-back-form";
import { type Happened, Happening } from "./happening";
import { wayBackWords } from "./way-back-words";
import type { ReactNode } from "react";

type Props = {
  action: FormAction<null>;
  label: string;
  link: { account: string; kind: MailKind; id: string; happened: Happened | null; newEmail: string | null; keepsChanges: boolean; leadsOn: boolean; unlinks: readonly string[]; reasons: readonly string[] };
  source: ReactNode;
};

/** What happened, where and when, and what the button will do, before it is pressed. A hand on the shoulder, not an alarm. */
export function WayBack({ action, label, link: { id, account, kind, happened: facts, newEmail, keepsChanges, leadsOn, unlinks, reasons }, source }: Props) {
  const { title, happened, undoes } = wayBackWords(kind, { keepsChanges, leadsOn, unlinks });
  return (
    <AuthCard
      title={title}
      foot={
        <>
          <p>If it was you, there is nothing to do: close this page.</p>
          {facts?.place && source}
        </>
      }
    >
      <div className="space-y-4">
        <p>
          Your account <bdi className="font-medium">{account}</bdi> {happened}
          {newEmail && (
            <>
              : <bdi className="font-medium">{newEmail}</bdi>
            </>
          )}
          .
        </p>
        {reasons.length > 0 && <p>This is unusual: {reasons.join(", and ")}.</p>}
        {facts && <Happening of={facts} />}
        <div className="text-13 text-quiet">
          <p>The button</p>
          <ul className="list-disc ps-4">
            {undoes.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
          {keepsChanges && <p className="mt-2">What was changed with your second step stays: it was confirmed by more than a password.</p>}
          {!leadsOn && <p className="mt-2">The account has another address by now, and this one does not become its own again: an administrator has to help you to a new password.</p>}
        </div>
        <GoBackForm action={action} link={id} label={label} />
      </div>
    </AuthCard>
  );
}
