import type { ReactNode } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { AddedAndUsed } from "@/components/ui/added-and-used";
import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import type { Identity, Passkey } from "@/lib/factors/schema";
import { AuthCard } from "./auth-card";
import { type Happened, Happening } from "./happening";
import { type Did, Onward, wentBackWords } from "./link-ends";
import type { Assessment } from "./password-strength";
import { ResetForm } from "./reset-form";

type Props = {
  link: { id: string; account: string; handedOver: boolean; happened: Happened | null; until: string | null };
  /** What was done just before, where this follows "This wasn't me". */
  did: Did | null;
  action: FormAction<null>;
  assess: FormAction<Assessment>;
  minimum: number;
  source: ReactNode;
};

/** For whom, who asked, and what setting a new password will do. */
export function SetPassword({ link: { id, account, handedOver, happened, until }, did, action, assess, minimum, source }: Props) {
  return (
    <AuthCard
      title="Set a new password"
      notice={
        did && (
          <Notice tone="good" role="status" title="That is taken back.">
            <p>{wentBackWords(did.ended)} One more step: a password that only you know.</p>
          </Notice>
        )
      }
      foot={
        <>
          {until && (
            <p>
              The link works until <Time at={until} form="clock" />.
            </p>
          )}
          {happened?.place && source}
        </>
      }
    >
      <div className="space-y-4">
        <p>
          For the account of <bdi className="font-medium">{account}</bdi>. Setting it signs the account out everywhere.
        </p>
        {handedOver && <p className="text-quiet">An administrator made this link for you. If you did not ask for help, close this page and tell them: nothing changes.</p>}
        {happened && (
          <>
            <p className="text-quiet">The link was asked for here. If that was not you, close this page: nothing changes.</p>
            <Happening of={happened} />
          </>
        )}
        <ResetForm action={action} link={id} assess={assess} minimum={minimum} />
      </div>
    </AuthCard>
  );
}

/** What was done, and what else opens the account: a thief may have added a passkey or linked a provider, and a new password does not take it away. */
export function PasswordIsSet({ did: { at, account }, too: { passkeys, identities, secondStep } }: { did: Did; too: { passkeys: readonly Passkey[]; identities: readonly Identity[]; secondStep: boolean } }) {
  const opens = [...passkeys.map((passkey) => ({ ...passkey, email: null })), ...identities.map(({ label, ...identity }) => ({ ...identity, name: label }))];
  return (
    <AuthCard title="Your new password is set">
      <div className="space-y-4">
        <p>
          Done <Time at={at} />. The account of <bdi className="font-medium">{account}</bdi> was signed out everywhere.
        </p>
        {opens.length === 0 ? (
          <p className="text-quiet">Nothing else opens it: it has no passkey and no other way in.</p>
        ) : (
          <div className="space-y-2">
            <p>{wordsOf(passkeys.length, identities.length)}</p>
            <ul className="divide-y rounded-md border px-3.5">
              {opens.map(({ id, name, email, createdAt, lastUsedAt }) => (
                <li key={id} className="py-2">
                  <bdi className="font-medium">{name}</bdi> {email !== null && <bdi className="break-all text-quiet">{email}</bdi>}
                  <AddedAndUsed createdAt={createdAt} lastUsedAt={lastUsedAt} />
                </li>
              ))}
            </ul>
            <p className="text-quiet">If you don’t know one, sign in and {passkeys.length === 0 ? "unlink" : "remove"} it.</p>
          </div>
        )}
        {secondStep && <p className="text-quiet">Your second step is asked as before.</p>}
        <Onward href={opens.length === 0 ? "/sign-in" : `/sign-in?next=%2Fsecurity%23${passkeys.length > 0 ? "passkeys" : "linked"}`}>Sign in</Onward>
      </div>
    </AuthCard>
  );
}

function wordsOf(passkeys: number, identities: number): string {
  if (passkeys + identities > 1) return passkeys === 0 ? "These providers open it too:" : identities === 0 ? "These passkeys open it too:" : "These open it too:";
  return passkeys === 1 ? "This passkey opens it too:" : "This provider opens it too:";
}
