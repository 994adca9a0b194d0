import { domainToASCII } from "node:url";

/**
 * What an e-mail address is compared by: NFC, lower case, the domain as it stands in DNS (IDNA), so that one
 * mailbox is one account however it is typed. The local part is not changed further: dots and tags mean
 * different mailboxes with some providers.
 */
export function emailKey(email: string): string {
  const typed = email.normalize("NFC").trim();
  const at = typed.lastIndexOf("@");
  const [local, domain] = [typed.slice(0, at + 1), typed.slice(at + 1)];
  // The domain as it was typed: in lower case a capital ẞ would be another name than the one that mail is sent to.
  return local.toLowerCase().normalize("NFC") + (domainToASCII(domain) || domain.toLowerCase());
}
