import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, OtherWay, Quiet, Words } from "./words";

export function AccountExistsLetter({ house, mail: { account, facts: { asked } } }: LetterOf<"account_exists">) {
  return (
    <Letter
      house={house}
      preview="Nothing was made and nothing has changed."
      title="You already have an account"
      account={account}
      because="somebody, probably you, tried to create an account with this address at"
      country={asked.country}
    >
      <Words>Somebody, probably you, tried to create an account with this address. It has one already, so nothing was made and nothing has changed.</Words>
      <Action href={`${house.origin}/sign-in`}>Sign in</Action>
      <OtherWay href={`${house.origin}/forgot`}>Forgot password?</OtherWay>
      <WhereAndWhen of={asked} />
      <Quiet>If it was not you, there is nothing to do. Whoever it was has not been told that you have an account.</Quiet>
    </Letter>
  );
}
