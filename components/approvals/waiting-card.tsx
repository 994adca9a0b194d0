import { Card } from "@/components/ui/card";
import type { Approval } from "@/lib/auth/schema";
import { AnswerForm } from "./answer-form";
import type { ApprovalActions } from "./approval-actions";
import { WaitingDevice } from "./waiting-device";

/** The question as a part of the page: for browsers without scripts, and for who has put the dialog aside. */
export function WaitingCard({ approval, actions }: { approval: Approval; actions: ApprovalActions }) {
  return (
    <section aria-labelledby="waiting-heading" className="mb-8 max-w-[28rem]">
      <Card className="space-y-4 p-5">
        <h2 id="waiting-heading" className="text-16 font-semibold">
          A new device wants to sign in
        </h2>
        <WaitingDevice approval={approval} />
        <AnswerForm key={approval.id} approvalId={approval.id} actions={actions} card />
      </Card>
    </section>
  );
}
