import { DeviceIcon } from "@/components/devices/device-icon";
import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import type { Approval } from "@/lib/auth/schema";
import { placeName } from "@/lib/core/place-name";
import { ruleWords } from "@/lib/core/unusual-rule";

/** Which device asks, from where and since when: large, for it is what is decided about. */
export function WaitingDevice({ approval: { device, ip, at, rules } }: { approval: Approval }) {
  const place = placeName(ip);
  return (
    <div className="space-y-3 text-ink">
      <div className="space-y-1 rounded-md border bg-sunken px-4 py-3">
        <p className="flex items-center gap-2.5 text-20 font-semibold tracking-tight">
          <DeviceIcon kind={device.kind} size={24} />
          <bdi className="min-w-0 wrap-anywhere">{device.kind === "app" && device.name === "Unknown device" ? "An app" : device.name}</bdi>
        </p>
        <p className="text-16">
          {place ?? "Place not known"}
          {ip.address !== null && <span className="figures block text-14 text-quiet wrap-anywhere">{ip.address}</span>}
        </p>
        <p className="text-16">
          <Time at={at} />
        </p>
      </div>
      {rules.length > 0 && (
        <Notice tone="unusual">
          <p>It looks unusual: {rules.map(ruleWords).join(", and ")}.</p>
        </Notice>
      )}
    </div>
  );
}
