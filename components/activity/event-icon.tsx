import {
  Download,
  ImageOff,
  ImageUp,
  KeyRound,
  Link2,
  LogIn,
  LogOut,
  Mail,
  MailCheck,
  MapPin,
  Pencil,
  RefreshCw,
  ShieldAlert,
  ShieldCheck,
  ShieldMinus,
  ShieldPlus,
  ShieldUser,
  Trash2,
  Undo2,
  Unlink2,
  UserPlus,
  UserRound,
  UserRoundCheck,
  UserRoundX,
} from "lucide-react";
import { classes } from "@/components/ui/classes";
import type { EventType } from "@/lib/events/schema";

const icons: Record<EventType, typeof LogIn> = {
  "account.created": UserPlus,
  "sign_in.succeeded": LogIn,
  "sign_in.failed": ShieldAlert,
  "sign_in.refused": ShieldAlert,
  "request.refused": ShieldAlert,
  "export.made": Download,
  "deletion.asked": UserRoundX,
  "deletion.cancelled": UserRoundCheck,
  "session.ended": LogOut,
  "session.address_changed": MapPin,
  "device.named": Pencil,
  "device.forgotten": Trash2,
  "password.changed": KeyRound,
  "password.reset": KeyRound,
  "email.verified": MailCheck,
  "email.changed": Mail,
  "email.change_undone": Undo2,
  "password.compromised": ShieldAlert,
  "factor.added": ShieldPlus,
  "factor.removed": ShieldMinus,
  "factors.reset": ShieldMinus,
  "recovery_code.used": KeyRound,
  "passkey.counter_went_back": ShieldAlert,
  "approval.given": ShieldCheck,
  "approval.refused": ShieldAlert,
  "identity.linked": Link2,
  "identity.unlinked": Unlink2,
  "sign_in.not_me": ShieldAlert,
  "reset_link.made": KeyRound,
  "profile.changed": UserRound,
  "token.reuse_detected": ShieldAlert,
  "avatar.uploaded": ImageUp,
  "avatar.regenerated": RefreshCw,
  "avatar.removed": ImageOff,
  "role.changed": ShieldUser,
  "account.disabled": UserRoundX,
  "account.enabled": UserRoundCheck,
  "sessions.bulk_ended": LogOut,
};

export function EventIcon({ type, unusual }: { type: EventType; unusual: boolean }) {
  const Icon = icons[type];
  return (
    <span
      aria-hidden="true"
      className={classes("grid size-6 shrink-0 place-items-center rounded-full", unusual ? "bg-unusual-soft text-unusual" : "bg-sunken text-quiet")}
    >
      <Icon size={14} strokeWidth={1.75} />
    </span>
  );
}
