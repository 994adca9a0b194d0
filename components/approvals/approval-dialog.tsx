"use client";

import Link from "next/link";
import { useState } from "react";
import { Button, buttonClasses } from "@/components/ui/button";
import { useTicking } from "@/components/ui/clock";
import { Dialog } from "@/components/ui/dialog";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { Approval } from "@/lib/auth/schema";
import type { ActionState } from "@/lib/core/action-state";
import { AnswerForm } from "./answer-form";
import type { ApprovalActions, ApprovalOutcome } from "./approval-actions";
import { outcomeWords, TO_PASSWORD } from "./outcome-words";
import { WaitingDevice } from "./waiting-device";

/**
 * Asks, on whatever page one is, whether a new device is one's own. It takes no focus into its field: what somebody was
 * typing when it came answers nothing. Put aside, it stays at the foot of the page.
 */
export function ApprovalDialog({ waiting, actions }: { waiting: readonly Approval[]; actions: ApprovalActions }) {
  const [aside, setAside] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<ApprovalOutcome | null>(null);
  // Its own answer makes it leave the list, before that answer is here.
  const [answering, setAnswering] = useState<Approval | null>(null);
  const first = waiting.find(({ id }) => id !== done);
  const isOver = useTicking((now) => first === undefined || Date.parse(first.expiresAt) <= now);
  const approval = answering ?? (isOver ? undefined : first);

  function hear(state: ActionState<ApprovalOutcome>) {
    setAnswering(null);
    if (state.status !== "ok") return;
    setDone(approval?.id ?? null);
    if (state.value === "approved") toast(`${outcomeWords.approved.title}. ${outcomeWords.approved.text}`);
    else setOutcome(state.value);
  }

  if (outcome) return <Outcome of={outcome} onClose={() => setOutcome(null)} />;
  if (!approval) return null;
  if (aside === approval.id && !answering) {
    return (
      <div role="status" className="pointer-events-none fixed inset-x-4 bottom-4 z-10 flex justify-center">
        <div className="rise pointer-events-auto flex w-full max-w-[26rem] flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-unusual/35 bg-unusual-soft py-3 ps-4 pe-3 text-14 text-ink shadow-float">
          <p className="min-w-0 grow">A new device waits to be let in.</p>
          <Button size="small" onClick={() => setAside(null)}>
            Look at it
          </Button>
        </div>
      </div>
    );
  }
  return (
    <Dialog
      urgent
      title="A new device wants to sign in"
      onClose={() => setAside(approval.id)}
      actions={
        <Button tone="ghost" size="small" onClick={() => setAside(approval.id)}>
          Not now
        </Button>
      }
      form={<AnswerForm key={approval.id} approvalId={approval.id} actions={actions} onSend={() => setAnswering(approval)} onAnswer={hear} />}
    >
      <WaitingDevice approval={approval} />
      <p className="text-13">
        It stays outside unless you let it in. It waits until <Time at={approval.expiresAt} form="clock" />.
      </p>
    </Dialog>
  );
}

function Outcome({ of, onClose }: { of: ApprovalOutcome; onClose: () => void }) {
  const { title, text, leak } = outcomeWords[of];
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          {leak && (
            <Link href={TO_PASSWORD} prefetch={false} className={buttonClasses("primary")}>
              Change your password
            </Link>
          )}
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  );
}
