import { timeInWords } from "@/lib/mail/time-in-words";
import { deviceFact, Facts } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

export function SessionEndingLetter({ house, mail: { account, facts: { device, beganAt, endsAt, others } } }: LetterOf<"session_ending">) {
  return (
    <Letter house={house} preview="Sign in again there when it suits you." title="You will be signed out soon" account={account} because="it is about your account at">
      <Words>One of your sessions ends soon, however much it is used. Nothing is wrong: every session has an end. To choose the time yourself, sign out there and in again.</Words>
      <Facts facts={[deviceFact(device), ["Signed in", timeInWords(beganAt)], ["Ends", timeInWords(endsAt)]]} />
      {others > 0 && <Words>{`${others === 1 ? "One more of your sessions ends" : `${others} more of your sessions end`} within days of it.`}</Words>}
      <Action href={`${house.origin}/devices`}>See your devices</Action>
      <Quiet>These reminders can be switched off under Security.</Quiet>
    </Letter>
  );
}
