"use client";

import Link from "next/link";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { DeviceActions } from "./device-actions";
import type { SessionView } from "./device-views";
import { ConfirmedForm } from "./confirmed-form";

type Props = { session: SessionView; deviceName: string; headingId: string; action: DeviceActions["endSession"] };

export function EndSession({ session, deviceName, headingId, action }: Props) {
  const where = session.client === "native" ? "app" : "browser";
  return (
    <ConfirmedForm
      action={action}
      fields={{ sessionId: session.id }}
      label="End session"
      busy="Ending…"
      tone="end"
      size="small"
      wide
      describedBy={headingId}
      question="End this session?"
      consequence={
        <>
          <p>
            <bdi className="font-medium text-ink">{deviceName}</bdi>, last used <Time at={session.lastSeenAt} />
            {session.place && <> from {session.place}</>}.
          </p>
          <p>The {where} there is signed out within a second. Coming back needs your password.</p>
        </>
      }
      onDone={({ lastUsedAt }) => {
        document.getElementById("devices-heading")?.focus();
        toast(
          <>
            Ended. Last used <Time at={lastUsedAt} form="clock" />.{" "}
            <Link href="/security" prefetch={false} className="font-medium text-accent underline underline-offset-2">
              Change your password
            </Link>
          </>,
        );
      }}
    />
  );
}
