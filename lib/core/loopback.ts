const LOOPBACK = /^(localhost|.+\.localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?)$/i;

/** Whether a host, as an address names it, is this machine: what never leaves it cannot be listened to on its way. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Whether secrets can be sent there: over TLS, or without leaving this machine. */
export function mayCarrySecrets({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}
