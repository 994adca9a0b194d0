import { domainToASCII } from "node:url";

/**
 * What an e-mail address is compared by: NFC, lower case, the domain as it stands in DNS (IDNA), so that one
 * mailbox is one account however it is typed. The local part is not changed further: dots and tags mean
 * different mailboxes with some providers.
 */
export function emailKey(email: string): string {
  const lower = email.normalize("NFC").trim().toLowerCase().normalize("NFC");
  const at = lower.lastIndexOf("@");
  const domain = lower.slice(at + 1);
  return `${lower.slice(0, at + 1)}${domainToASCII(domain) || domain}`;
}
