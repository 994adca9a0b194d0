import { dayInWords } from "@/lib/mail/time-in-words";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

export function DeletionAskedLetter({ house, mail: { account, facts: { done, dueAt } } }: LetterOf<"deletion_asked">) {
  return (
    <Letter house={house} preview="Until then you can keep it." title="Your account will be deleted" account={account} because="it is about your account at" country={done?.country ?? null}>
      <Words>
        {done ? "As asked, your account" : "An administrator asked for your account to be deleted. It"} will be deleted on {dayInWords(dueAt)}, with everything that belongs to it. It was signed out everywhere.
      </Words>
      {done && <WhereAndWhen of={done} />}
      <Words>If you want to keep it, sign in before then.</Words>
      <Action href={`${house.origin}/sign-in`}>Keep my account</Action>
      <Quiet>{done ? "If it was not you who asked, keep the account and change its password." : "Ask your administrators if you want to know why."}</Quiet>
    </Letter>
  );
}
