"use client";

import { ConfirmedForm } from "@/components/devices/confirmed-form";
import type { AdminUser } from "@/lib/admin/schema";
import type { HandedLink } from "@/lib/auth/schema";
import type { UserActions } from "./admin-actions";
import { ResetLink } from "./reset-link";

type Props = { user: AdminUser; action: UserActions["makeResetLink"]; mail: boolean; /** It was pressed before. */ again: boolean };

/** For somebody who cannot get in: a link that sets a password, shown once, to be handed over. */
export function MakeResetLink({ user: { id, name, email }, action, mail, again }: Props) {
  return (
    <ConfirmedForm
      action={action}
      fields={{ userId: id }}
      label="Make a reset link"
      busy="Making it…"
      tone="plain"
      again={again}
      question={
        <>
          Make a reset link for <bdi>{name}</bdi>?
        </>
      }
      consequence={
        <>
          <p>
            Whoever has it can set a new password for <bdi className="break-words text-ink">{email}</bdi>, once, within half an hour. Nothing ends until then; a link that was made before stops working.
          </p>
          <p>{mail ? "Its owner gets a mail that you made one, without the link, and sees it under Activity." : "Its owner sees under Activity that you made one."}</p>
        </>
      }
      outcome={shown}
    />
  );
}

function shown(link: HandedLink) {
  return <ResetLink key={link.url} {...link} />;
}
