import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { OtherWay, Words } from "./words";

export function DeletionCancelledLetter({ house, mail: { account, facts: { done } } }: LetterOf<"deletion_cancelled">) {
  return (
    <Letter house={house} preview="Nothing of it will be deleted." title="Your account stays" account={account} because="it is about your account at" country={done?.country ?? null}>
      <Words>{done ? "Somebody signed in to your account and kept it: it will not be deleted." : "An administrator kept your account: it will not be deleted. Sign in as before."}</Words>
      {done && <WhereAndWhen of={done} />}
      {done && <OtherWay href={`${house.origin}/forgot`}>If it was not you, set a new password: that signs out everyone else.</OtherWay>}
    </Letter>
  );
}
