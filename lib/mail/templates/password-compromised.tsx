import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

export function PasswordCompromisedLetter({ house, mail: { account, facts: { done } } }: LetterOf<"password_compromised">) {
  return (
    <Letter house={house} preview="Nobody got in. Set a new one." title="Your password no longer works" account={account} because="it is about your account at" country={done.country}>
      <Words>
        Again and again somebody gave your password, and then a wrong code for your second step. Nobody got in. But your password is known to somebody else, and it is refused from now on.
      </Words>
      <Quiet>The last wrong code came from here:</Quiet>
      <WhereAndWhen of={done} />
      <Words>Set a new password, which you use nowhere else.</Words>
      <Action href={`${house.origin}/forgot`}>Set a new password</Action>
    </Letter>
  );
}
