import { spawnSync } from "node:child_process";
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** A certificate as vendors of authenticators have (WebAuthn Level 3, 8.2.1), made by openssl. */
export function attestationCertificate(): { certificate: Buffer; privateKey: KeyObject } {
  const subject = "/C=DE/O=Nobody/OU=Authenticator Attestation/CN=Nobody";
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", subject, "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "-"], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr || made.error?.message}`);
  return { certificate: new X509Certificate(made.stdout).raw, privateKey: createPrivateKey(made.stdout) };
}
