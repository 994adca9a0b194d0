import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { OtherWay, Words } from "./words";

export function DeletionCancelledLetter({ house, mail: { account, facts: { done, takenBack } } }: LetterOf<"deletion_cancelled">) {
  return (
    <Letter house={house} preview="Nothing of it will be deleted." title="Your account stays" account={account} because="it is about your account at" country={done?.country ?? null}>
      <Words>{wordsFor(done !== null, takenBack === true)}</Words>
      {done && <WhereAndWhen of={done} />}
      {done && <OtherWay href={`${house.origin}/forgot`}>If it was not you, set a new password: that signs out everyone else.</OtherWay>}
    </Letter>
  );
}

function wordsFor(byOwner: boolean, takenBack: boolean): string {
  if (takenBack) return "Your account was taken back, and what had been asked for before with it: it will not be deleted.";
  if (byOwner) return "Somebody signed in to your account and kept it: it will not be deleted.";
  return "An administrator kept your account: it will not be deleted. Sign in as before.";
}
