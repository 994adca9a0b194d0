import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { NotMe } from "./not-me";
import { Quiet, Words } from "./words";

const title = "Your email address was changed";
const preview = "If that was you, there is nothing to do.";
const wasOf = "it was the address of an account at";

export function EmailChangedLetter({ house, mail: { account, back, facts: { done, newEmail } } }: LetterOf<"email_changed">) {
  return (
    <Letter house={house} preview={preview} title={title} account={account} because={wasOf} country={done.country}>
      <Words>Your account has another address now. You sign in with it, and mail about the account goes there.</Words>
      <WhereAndWhen of={done} first={[["New address", newEmail]]} />
      <NotMe back={back} label="Undo this change" undoes="gives your account this address back, signs out whoever changed it, and lets you set a new password" />
    </Letter>
  );
}

export function EmailChangedNoticeLetter({ house, mail: { account, back, facts: { done, newEmail, sentTo } } }: LetterOf<"email_changed_notice">) {
  if (sentTo === "new") {
    return (
      <Letter house={house} preview={preview} title="This is your account’s address now" account={account} because="it is the address of an account now, at" country={done.country}>
        <Words>Your account has this address from now on. You sign in with it, and mail about the account comes here.</Words>
        <WhereAndWhen of={done} />
        <Quiet>The address before it was told as well.</Quiet>
      </Letter>
    );
  }
  // It may be a stranger's: nothing that somebody typed stands in it.
  if (sentTo === "unproven") {
    return (
      <Letter house={house} preview={preview} title={title} account={account} because={wasOf} country={done.country}>
        <Words>An account had this address, which nobody had confirmed. It has another one now, and no mail about it comes here any more.</Words>
        <WhereAndWhen of={done} />
        <Words>If you made the account and did not change its address, an administrator has to help. If you know nothing of it, there is nothing to do.</Words>
      </Letter>
    );
  }
  return (
    <Letter house={house} preview={preview} title={title} account={account} because={wasOf} country={done.country}>
      <Words>Your account has another address now. You sign in with it, and mail about the account goes there.</Words>
      <WhereAndWhen of={done} first={[["New address", newEmail]]} />
      <Words>The change was confirmed with the account’s second step, so it cannot be undone by mail. If it was not you, an administrator has to help.</Words>
      {back && <NotMe back={back} undoes="signs out whoever changed it, and makes the password useless" />}
    </Letter>
  );
}
