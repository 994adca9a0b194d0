import type { WayBack } from "@/lib/mail/kinds";
import { timeInWords } from "@/lib/mail/time-in-words";
import { Action, Quiet, Words } from "./words";

/** The one way back that a mail about something done carries. `undoes`: what the button of its page does. */
export function NotMe({ back, label = "This wasn’t me", undoes }: { back: WayBack; label?: string; undoes: string }) {
  return (
    <>
      <Words>If that was you, there is nothing to do.</Words>
      <Action href={back.url} alarm>
        {label}
      </Action>
      <Quiet>
        It opens a page with one button, which {undoes}. The link works once, until {timeInWords(back.until)}.
      </Quiet>
    </>
  );
}
