import type { ReactNode } from "react";
import { Time } from "@/components/ui/time";

/** Until when an attempt can be gone on with. */
export function Until({ expiresAt, children }: { expiresAt: string; children?: ReactNode }) {
  return (
    <p className="border-t pt-4 text-13 text-quiet">
      {children}
      You can go on here until <Time at={expiresAt} form="clock" />.
    </p>
  );
}
