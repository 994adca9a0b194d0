import { dayInWords } from "@/lib/mail/time-in-words";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

export function DeletionAskedLetter({ house, mail: { account, facts: { done, dueAt, final } } }: LetterOf<"deletion_asked">) {
  return (
    <Letter house={house} preview={final ? "What that means for you." : "Until then you can keep it."} title="Your account will be deleted" account={account} because="it is about your account at" country={done?.country ?? null}>
      <Words>
        {done ? "As asked, your account" : "An administrator asked for your account to be deleted. It"} {final === "at_once" ? "is being deleted now" : `will be deleted on ${dayInWords(dueAt)}`}, with everything that belongs to it. It was signed out
        everywhere.{final === "at_once" && " There is no way back."}
      </Words>
      {done && <WhereAndWhen of={done} />}
      {!final && (
        <>
          <Words>If you want to keep it, sign in before then.</Words>
          <Action href={`${house.origin}/sign-in`}>Keep my account</Action>
        </>
      )}
      <Quiet>{!done ? "Ask your administrators if you want to know why." : final ? "If it was not you who asked, tell your administrators." : "If it was not you who asked, keep the account and change its password."}</Quiet>
    </Letter>
  );
}
