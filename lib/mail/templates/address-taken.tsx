import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Quiet, Words } from "./words";

export function AddressTakenLetter({ house, mail: { account, facts: { asked } } }: LetterOf<"address_taken">) {
  return (
    <Letter house={house} preview="Nothing has changed." title="Somebody tried to use your address" account={account} because="it is the address of your account at" country={asked.country}>
      <Words>Somebody with another account tried to make this address theirs. It is yours, so nothing has changed.</Words>
      <WhereAndWhen of={asked} />
      <Quiet>There is nothing to do. Whoever it was has not been told that you have an account. If it was you: an address can have one account only.</Quiet>
    </Letter>
  );
}
