import { Notice } from "@/components/ui/notice";
import type { ApprovalOutcome } from "./approval-actions";
import { outcomeWords, ToPassword } from "./outcome-words";

/** What came of an answer that was given on the page. */
export function ApprovalNotice({ outcome }: { outcome: ApprovalOutcome }) {
  const { title, text, leak } = outcomeWords[outcome];
  return (
    <div className="mb-6 max-w-[38rem]">
      <Notice role="status" tone={outcome === "approved" ? "good" : "unusual"} title={title}>
        <p>{text}</p>
        {leak && <ToPassword />}
      </Notice>
    </div>
  );
}
