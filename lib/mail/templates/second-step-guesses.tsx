import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

export function SecondStepGuessesLetter({ house, mail: { account, facts: { done, guesses, inSession, provider, isRefused } } }: LetterOf<"second_step_guesses">) {
  return (
    <Letter house={house} preview={inSession ? "Nothing was changed." : "Nobody got in."} title="Wrong codes for your account" account={account} because="it is about your account at" country={done.country}>
      <Words>
        {inSession
          ? `In a session of yours ${guesses} wrong codes were given, and no right one since, where we ask once more who is there. Nothing was changed by them. But who gave them is signed in to your account.`
          : `In the last hour ${guesses} wrong codes were given for the second step of your account. Nobody got in by them. But who is asked for that code has ${provider ? `signed in with ${provider}` : "given your password"} before.`}
      </Words>
      {isRefused && <Words>{`It was too often: ${provider} signs nobody in to your account any more on devices that it does not know, until you sign in on one with your password and a right code, or set a new password.`}</Words>}
      <Quiet>The last one came from here:</Quiet>
      <WhereAndWhen of={done} />
      <Words>{whatToDo({ inSession, provider })}</Words>
      <Action href={`${house.origin}/${inSession ? "devices" : "security"}`}>{inSession ? "See your devices" : provider ? "See your ways in" : "Change password"}</Action>
    </Letter>
  );
}

function whatToDo({ inSession, provider }: Pick<LetterOf<"second_step_guesses">["mail"]["facts"], "inSession" | "provider">): string {
  if (inSession) return "If it was not you, end that session, and then change your password.";
  return provider ? `If it was not you, somebody else can sign in to your account at ${provider}: change your password there.` : "If it was not you, change your password.";
}
