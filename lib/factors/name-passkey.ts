import type { RequestFacts } from "@/lib/core/context";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";

/** What keeps passkeys, by its AAGUID: those that most people have. A claim, for a name; it decides nothing. */
const KEEPERS = new Map([
  ["ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"],
  ["adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"],
  ["b5397666-4885-aa6b-cebf-e52262a439a2", "Chromium"],
  ["fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "Apple Passwords"],
  ["dd4ec289-e01d-41c9-bb89-70fa845d4bf2", "iCloud Keychain"],
  ["08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"],
  ["9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"],
  ["6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"],
  ["53414d53-554e-4700-0000-000000000000", "Samsung Pass"],
  ["bada5566-a7aa-401f-bd96-45619a55120d", "1Password"],
  ["d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"],
  ["531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"],
  ["0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"],
  ["fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"],
  ["b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"],
  ["50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"],
  ["f3809540-7f14-49c1-a8b3-8f813b225541", "Enpass"],
  ["cb69481e-8ff7-4039-93ec-0a2729a154a8", "YubiKey 5"],
  ["ee882879-721c-4913-9775-3dfcce97072a", "YubiKey 5"],
  ["fa2b99dc-9e39-4257-8f92-4a30d23c4118", "YubiKey 5 NFC"],
  ["2fc0579f-8113-47ea-b116-bb5a8db9202a", "YubiKey 5 NFC"],
]);

/** What a passkey is called until its owner calls it something: by what keeps it, else by the device that it was made on. At most 64 characters. */
export function namePasskey({ userAgent, hints }: Pick<RequestFacts, "userAgent" | "hints">, { aaguid, transports }: { aaguid: string; transports: readonly string[] }): string {
  const keeper = KEEPERS.get(aaguid);
  if (keeper) return keeper;
  const isApart = !transports.includes("internal") && transports.some((transport) => transport === "usb" || transport === "nfc");
  return isApart ? "Security key" : describeUserAgent(userAgent, hints).derivedName;
}
