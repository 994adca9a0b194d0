import { ruleWords } from "@/lib/core/unusual-rule";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { NotMe } from "./not-me";
import { Words } from "./words";

const preview = "If that was you, there is nothing to do.";
const because = "it is about your account at";
const undoes = "signs out that device, and lets you set a password that only you know";

export function NewDeviceLetter({ house, mail: { account, back, facts: { done } } }: LetterOf<"new_device">) {
  return (
    <Letter house={house} preview={preview} title="New sign-in to your account" account={account} because={because} country={done.country}>
      <Words>Your account was signed in to on a device that it did not know.</Words>
      <WhereAndWhen of={done} />
      <NotMe back={back} undoes={undoes} />
    </Letter>
  );
}

export function UnusualSignInLetter({ house, mail: { account, back, facts: { done, rules } } }: LetterOf<"unusual_sign_in">) {
  return (
    <Letter house={house} preview={preview} title="Unusual sign-in to your account" account={account} because={because} country={done.country}>
      <Words>
        Your account was signed in to on a device that it did not know. This is unusual: {rules.map(ruleWords).join(", and ")}.
      </Words>
      <WhereAndWhen of={done} />
      <NotMe back={back} undoes={undoes} />
    </Letter>
  );
}
