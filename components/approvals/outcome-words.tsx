import Link from "next/link";
import type { ReactNode } from "react";
import { textLink } from "@/components/ui/text-link";
import type { ApprovalOutcome } from "./approval-actions";

type Words = { title: string; text: ReactNode; /** The password may be known to somebody. */ leak: boolean };

/** What came of an answer, said calmly. */
export const outcomeWords: Record<ApprovalOutcome, Words> = {
  approved: { title: "Approved", text: "The new device signs in now.", leak: false },
  refused: {
    title: "It was turned away",
    text: "Nobody came in. But whoever it was had your password right, or another way in of yours, before we asked you. Change your password, and they do not get this far again.",
    leak: true,
  },
  wrong: {
    title: "That was not the number",
    text: "So the new device was turned away. If it is yours, start again there, and type the number that it shows then. If it isn’t, somebody else knows your password: change it.",
    leak: true,
  },
  answered: { title: "It has been answered already", text: "Another device of yours was faster. The activity page says which, and what the answer was.", leak: false },
  over: { title: "It waits no more", text: "It gave up, came in by another way, or took too long.", leak: false },
};

/** Where a new password is set: who is there proves it first. */
export const TO_PASSWORD = `/confirm?next=${encodeURIComponent("/security")}`;

export function ToPassword() {
  return (
    <Link href={TO_PASSWORD} prefetch={false} className={textLink}>
      Change your password
    </Link>
  );
}
