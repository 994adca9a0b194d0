import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { NotMe } from "./not-me";
import { Words } from "./words";

export function PasswordChangedLetter({ house, mail: { account, back, facts: { done, reset } } }: LetterOf<"password_changed">) {
  return (
    <Letter house={house} preview="If that was you, there is nothing to do." title="Your password was changed" account={account} because="it is about your account at" country={done.country}>
      <Words>
        {reset ? "A new password was set for your account, by a link. The account was signed out everywhere." : "Your account has a new password. Every other session was ended."}
      </Words>
      <WhereAndWhen of={done} />
      <NotMe back={back} undoes="signs out whoever did it, and lets you set a password that only you know" />
    </Letter>
  );
}
