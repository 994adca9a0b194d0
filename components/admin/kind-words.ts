import type { Device } from "@/lib/devices/schema";

export const kindWords: Record<Device["kind"], string> = { desktop: "Computer", mobile: "Phone", tablet: "Tablet", app: "App", unknown: "Unknown" };
