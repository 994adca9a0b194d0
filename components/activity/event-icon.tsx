import { KeyRound, LogIn, LogOut, MapPin, Pencil, ShieldAlert, Trash2, UserPlus, UserRound } from "lucide-react";
import { classes } from "@/components/ui/classes";
import type { EventType } from "@/lib/events/schema";

const icons: Record<EventType, typeof LogIn> = {
  "account.created": UserPlus,
  "sign_in.succeeded": LogIn,
  "sign_in.failed": ShieldAlert,
  "session.ended": LogOut,
  "session.address_changed": MapPin,
  "device.named": Pencil,
  "device.forgotten": Trash2,
  "password.changed": KeyRound,
  "profile.changed": UserRound,
  "token.reuse_detected": ShieldAlert,
};

export function EventIcon({ type, unusual }: { type: EventType; unusual: boolean }) {
  const Icon = icons[type];
  return (
    <span
      aria-hidden="true"
      className={classes("grid size-8 shrink-0 place-items-center rounded-full", unusual ? "bg-unusual-soft text-unusual" : "bg-sunken text-quiet")}
    >
      <Icon size={16} strokeWidth={1.75} />
    </span>
  );
}
