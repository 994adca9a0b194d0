import type { Page } from "playwright";

type Kind = { transport?: "internal" | "usb"; verifies?: boolean; synced?: boolean };

/** An authenticator of Chromium's own (Chrome DevTools Protocol, WebAuthn), for this page. */
export type VirtualAuthenticator = {
  /** Whether somebody touches it when it is asked; until then it waits. */
  touch(is: boolean): Promise<void>;
  /** Whether it takes whoever touches it for its owner. */
  recognise(is: boolean): Promise<void>;
  /** How many passkeys it keeps. */
  count(): Promise<number>;
};

export async function addAuthenticator(page: Page, { transport = "internal", verifies = true, synced = false }: Kind = {}): Promise<VirtualAuthenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport, hasResidentKey: true, hasUserVerification: verifies, isUserVerified: verifies, automaticPresenceSimulation: true, defaultBackupEligibility: synced, defaultBackupState: synced },
  });
  return {
    touch: async (enabled) => void (await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled })),
    recognise: async (isUserVerified) => void (await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified })),
    count: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length,
  };
}
