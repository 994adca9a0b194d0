import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

export function SecondStepGuessesLetter({ house, mail: { account, facts: { done, guesses, inSession } } }: LetterOf<"second_step_guesses">) {
  return (
    <Letter house={house} preview={inSession ? "Nothing was changed." : "Nobody got in."} title="Wrong codes for your account" account={account} because="it is about your account at" country={done.country}>
      <Words>
        {inSession
          ? `In a session of yours ${guesses} wrong codes were given, and no right one since, where we ask once more who is there. Nothing was changed by them. But who gave them is signed in to your account.`
          : `In the last hour ${guesses} wrong codes were given for the second step of your account. Nobody got in by them. But who is asked for that code has given your password before.`}
      </Words>
      <Quiet>The last one came from here:</Quiet>
      <WhereAndWhen of={done} />
      <Words>{inSession ? "If it was not you, end that session, and then change your password." : "If it was not you, change your password."}</Words>
      <Action href={`${house.origin}/${inSession ? "devices" : "security"}`}>{inSession ? "See your devices" : "Change password"}</Action>
    </Letter>
  );
}
