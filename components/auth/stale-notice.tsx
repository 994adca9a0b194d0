import { Notice } from "@/components/ui/notice";

/** On the page of an attempt, for who pressed a button of one before it, in another tab. */
export function StaleNotice() {
  return (
    <Notice role="status">
      <p>That page was out of date, so nothing was done. This is what is under way here now.</p>
    </Notice>
  );
}
