import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Words } from "./words";

export function RecoveryCodeUsedLetter({ house, mail: { account, facts: { done, left } } }: LetterOf<"recovery_code_used">) {
  return (
    <Letter house={house} preview="It works no more." title="A recovery code was used" account={account} because="it is about your account at" country={done.country}>
      <Words>
        One of the recovery codes of your account was given in place of its second step. It works no more; {leftInWords(left)}.
      </Words>
      <WhereAndWhen of={done} />
      <Words>If it was not you, somebody has your password and your codes: change your password, and make new recovery codes.</Words>
      <Action href={`${house.origin}/security`}>Look at your account</Action>
    </Letter>
  );
}

function leftInWords(left: number): string {
  if (left === 0) return "it was the last one, and you should make new ones";
  return left === 1 ? "one is left" : `${left} are left`;
}
