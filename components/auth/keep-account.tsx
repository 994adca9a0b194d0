"use client";

import type { ReactNode } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { Time } from "@/components/ui/time";
import { useAction } from "@/components/ui/use-action";
import { AuthCard } from "./auth-card";
import { LinkButton } from "./link-button";

type Props = { /** Of the attempt: its cookie may name another by the time of the press. */ id: string; notice: ReactNode; address: string; /** When it is deleted. */ until: string; keep: FormAction<null>; giveUp: FormAction<null> };

/** The end of a sign-in to an account that is to be deleted: it can be kept, and nothing else. */
export function KeepAccount({ id, notice, address, until, keep, giveUp }: Props) {
  const { state, formProps, pending } = useAction(keep);
  return (
    <AuthCard title="This account is to be deleted" notice={notice} foot={<LinkButton action={giveUp}>Leave it as it is</LinkButton>}>
      <div className="space-y-5">
        <p className="text-pretty">
          <bdi className="font-medium break-words">{address}</bdi> will be deleted <Time at={until} form="coming" />, with everything that belongs to it. You can keep it until then; nothing of it is gone.
        </p>
        <form {...formProps} className="space-y-3">
          <FormErrors state={state} labels={{}} />
          <input type="hidden" name="attempt" value={id} />
          <Submit pending={pending} busy="Keeping it…" size="large" className="w-full">
            Keep my account
          </Submit>
        </form>
      </div>
    </AuthCard>
  );
}
