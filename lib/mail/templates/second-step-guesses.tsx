import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

export function SecondStepGuessesLetter({ house, mail: { account, facts: { done, guesses } } }: LetterOf<"second_step_guesses">) {
  return (
    <Letter house={house} preview="Nobody got in." title="Wrong codes for your account" account={account} because="it is about your account at" country={done.country}>
      <Words>In the last hour {guesses} wrong codes were given for the second step of your account. Nobody got in by them. But who is asked for that code has given your password before.</Words>
      <Quiet>The last one came from here:</Quiet>
      <WhereAndWhen of={done} />
      <Words>If it was not you, change your password.</Words>
      <Action href={`${house.origin}/security`}>Change password</Action>
    </Letter>
  );
}
