"use client";

import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { ConfirmedForm } from "@/components/devices/confirmed-form";
import { AddedAndUsed } from "@/components/ui/added-and-used";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { inputClasses } from "@/components/ui/field";
import { Submit } from "@/components/ui/submit";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { Passkey } from "@/lib/factors/schema";
import { pressed, type SecurityActions } from "./security-actions";

type Props = { passkey: Passkey; renaming: boolean; actions: Pick<SecurityActions, "renamePasskey" | "removePasskey"> };

/** A passkey: what its owner calls it, where it is kept, when it came and was last used. */
export function PasskeyItem({ passkey: { id, name, synced, createdAt, lastUsedAt }, renaming, actions }: Props) {
  const [editing, setEditing] = useState(renaming);
  const renameButton = useRef<HTMLButtonElement>(null);
  const nameId = `passkey-${id}`;

  function stopEditing() {
    flushSync(() => setEditing(false));
    renameButton.current?.focus();
  }

  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
      <div className="min-w-0">
        {editing ? (
          <PasskeyName id={id} name={name} action={actions.renamePasskey} onClose={stopEditing} />
        ) : (
          <p className="flex flex-wrap items-center gap-x-2">
            <bdi id={nameId} className="font-medium">
              {name}
            </bdi>
            {synced && (
              <Badge tone="quiet" title="It is kept in more than one place, as in the account of a phone">
                Synced
              </Badge>
            )}
          </p>
        )}
        <AddedAndUsed createdAt={createdAt} lastUsedAt={lastUsedAt} />
      </div>
      {!editing && (
        <div className="-ms-2.5 flex flex-wrap gap-1 sm:-me-2.5 sm:ms-0">
          <form
            method="get"
            action="/security"
            onSubmit={(event) => {
              event.preventDefault();
              setEditing(true);
            }}
          >
            <input type="hidden" name="rename" value={id} />
            <Button ref={renameButton} type="submit" tone="ghost" size="small" aria-describedby={nameId}>
              Rename
            </Button>
          </form>
          <ConfirmedForm
            action={actions.removePasskey}
            fields={{ passkeyId: id }}
            label={pressed.removePasskey}
            busy="Removing…"
            tone="ghost"
            size="small"
            describedBy={nameId}
            question="Remove this passkey?"
            consequence={
              <>
                <p>
                  <bdi className="font-medium text-ink">{name}</bdi>
                </p>
                <p>It opens your account no more. Where it is kept you may still see it, until you remove it there too.</p>
              </>
            }
            onDone={() => toast("Passkey removed.")}
          />
        </div>
      )}
    </li>
  );
}

type NameProps = { id: string; name: string; action: SecurityActions["renamePasskey"]; onClose: () => void };

function PasskeyName({ id, name, action, onClose }: NameProps) {
  const { state, formProps, pending } = useAction(action, { onDone: onClose });
  const input = useRef<HTMLInputElement>(null);
  const error = state.status === "failed" ? (state.fields.name ?? state.message) : null;

  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);

  return (
    <form {...formProps} onKeyDown={(event) => event.key === "Escape" && onClose()} className="flex flex-wrap items-center gap-2 py-1">
      <input type="hidden" name="passkeyId" value={id} />
      <noscript>
        <input type="hidden" name="plain" value="on" />
      </noscript>
      <input
        name="name"
        defaultValue={state.status === "failed" ? state.typed.name : name}
        aria-label="Name of the passkey"
        aria-invalid={error !== null || undefined}
        aria-describedby={error === null ? undefined : `passkey-error-${id}`}
        maxLength={64}
        dir="auto"
        autoComplete="off"
        ref={input}
        className={`${inputClasses} w-56`}
      />
      <Submit pending={pending} busy="Saving…" size="small">
        Save
      </Submit>
      <Button size="small" tone="ghost" onClick={onClose}>
        Cancel
      </Button>
      {error !== null && (
        <p id={`passkey-error-${id}`} role="alert" className="w-full text-13 text-danger">
          {error}
        </p>
      )}
    </form>
  );
}
