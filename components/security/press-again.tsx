import { Notice } from "@/components/ui/notice";

/** After a step-up: nothing was done yet. Which button was pressed before it. */
export function PressAgain({ button }: { button: string }) {
  return (
    <Notice role="status">
      <p>Thank you. Nothing has been changed yet: press “{button}” once more.</p>
    </Notice>
  );
}
