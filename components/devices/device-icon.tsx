import { AppWindow, CircleHelp, Monitor, Smartphone, Tablet } from "lucide-react";
import type { Device } from "@/lib/devices/schema";

const icons = { desktop: Monitor, mobile: Smartphone, tablet: Tablet, app: AppWindow, unknown: CircleHelp };

/** Decoration: the device's name stands beside it. */
export function DeviceIcon({ kind, size = 20 }: { kind: Device["kind"]; size?: number }) {
  const Icon = icons[kind];
  return <Icon size={size} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />;
}
