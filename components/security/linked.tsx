import { AddedAndUsed } from "@/components/ui/added-and-used";
import { Badge } from "@/components/ui/badge";
import type { Security } from "@/lib/auth/schema";
import { LinkButtons } from "./link-buttons";
import { PressAgain } from "./press-again";
import { Row } from "./row";
import { pressed, type Pressed, type SecurityActions } from "./security-actions";
import { UnlinkIdentity } from "./unlink-identity";

type Props = Pick<Security, "identities" | "linkable"> & {
  /** The address is not proven, and here it could be: nothing can be linked before. */
  addressUnproven: boolean;
  again: Pressed | null;
  action: SecurityActions["unlinkIdentity"];
};

/** What opens the account at other providers, and what could; nothing where there are none. */
export function Linked({ identities, linkable, addressUnproven, again, action }: Props) {
  if (identities.length + linkable.length === 0) return null;
  const offered = addressUnproven ? [] : linkable;
  return (
    <Row id="linked" title="Linked" facts={identities.length === 0 && `Sign in with an account that you have elsewhere.${addressUnproven ? " Confirm your email address first." : ""}`} action={offered.length > 0 && <LinkButtons providers={offered} />}>
      {(again === "unlinkIdentity" || again === "link") && <PressAgain button={pressed[again]} />}
      {identities.length > 0 && (
        <ul aria-label="Linked" className="divide-y">
          {identities.map(({ id, label, email, createdAt, lastUsedAt, opens }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
              <div className="min-w-0 grow basis-full sm:basis-40">
                <p id={`linked-${id}`} className="flex flex-wrap items-center gap-x-2">
                  <bdi className="font-medium">{label}</bdi>
                  {email !== null && <bdi className="min-w-0 break-all text-quiet">{email}</bdi>}
                  {!opens && (
                    <Badge tone="quiet" title="This provider is not offered here any more">
                      Opens nothing
                    </Badge>
                  )}
                </p>
                <AddedAndUsed createdAt={createdAt} lastUsedAt={lastUsedAt} />
              </div>
              <div className="-ms-2.5 sm:-me-2.5 sm:ms-0">
                <UnlinkIdentity id={id} label={label} action={action} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Row>
  );
}
