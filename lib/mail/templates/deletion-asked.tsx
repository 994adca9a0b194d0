import { dayInWords } from "@/lib/mail/time-in-words";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

export function DeletionAskedLetter({ house, mail: { account, facts: { done, dueAt } } }: LetterOf<"deletion_asked">) {
  return (
    <Letter house={house} preview="Until then you can keep it." title="Your account will be deleted" account={account} because="it is about your account at" country={done.country}>
      <Words>As asked, your account will be deleted on {dayInWords(dueAt)}, with everything that belongs to it. It was signed out everywhere.</Words>
      <WhereAndWhen of={done} />
      <Words>If you want to keep it, sign in before then.</Words>
      <Action href={`${house.origin}/sign-in`}>Keep my account</Action>
      <Quiet>If it was not you who asked, keep the account and change its password.</Quiet>
    </Letter>
  );
}
