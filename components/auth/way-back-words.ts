import type { MailKind } from "@/lib/mail/kinds";

type Words = { title: string; /** Of the account: "… was signed in to on a device …". */ happened: string; /** What the button takes back, each as a sentence without its subject. */ undoes: string[] };

const LATER = "takes back what was changed about your account since then";
const ADDRESS = "makes this address your account’s again";
const UNLINKED = "unlinks it";
const PASSWORD = "refuses your password from now on";
const NEW_PASSWORD = "lets you set a new one";

const signIn: Words = {
  title: "Was this you?",
  happened: "was signed in to on a device that it did not know",
  undoes: ["signs that device out and forgets it", LATER, PASSWORD],
};
const other: Words = { title: "Was this you?", happened: "was changed", undoes: [LATER, PASSWORD] };

const words: Partial<Record<MailKind, Words>> = {
  new_device: signIn,
  unusual_sign_in: signIn,
  identity_linked: { title: "Was this you?", happened: "was linked to an account at another provider", undoes: [UNLINKED, LATER, PASSWORD] },
  password_changed: { title: "Was this you?", happened: "got a new password", undoes: [LATER, PASSWORD] },
  email_changed: { title: "Undo this change?", happened: "got another address", undoes: [ADDRESS, LATER, PASSWORD] },
  email_changed_notice: { title: "Was this you?", happened: "got another address", undoes: ["signs out whoever is signed in", PASSWORD] },
};

/** `keepsChanges`: a second step confirmed what was changed, and no mail undoes that. `leadsOn`: who presses it may set a new password. */
type Does = { keepsChanges: boolean; leadsOn: boolean; /** By these providers' word whoever it was came in. */ unlinks: readonly string[] };

/** What a mail with a way back told, and what its button does. */
export function wayBackWords(kind: MailKind, { keepsChanges, leadsOn, unlinks }: Does): Words {
  const told = words[kind] ?? other;
  const undoes = keepsChanges ? told.undoes.filter((what) => what !== LATER && what !== ADDRESS && what !== UNLINKED) : told.undoes;
  const besides = unlinks.map((label) => `unlinks ${label}, by which your account was opened`);
  return { ...told, undoes: undoes.flatMap((what) => (what === PASSWORD ? [...besides, leadsOn ? `${PASSWORD}, and ${NEW_PASSWORD}` : what] : [what])) };
}
