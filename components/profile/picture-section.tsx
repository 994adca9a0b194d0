"use client";

import { Avatar } from "@/components/shell/avatar";
import type { FormAction } from "@/components/ui/action-state";
import type { User } from "@/lib/users/schema";
import { PictureAction } from "./picture-action";
import { PictureUpload } from "./picture-upload";

const gravatarWords = {
  gravatar: "This is your Gravatar.",
  provider: "This is the picture of the provider with which you signed up.",
  identicon: "Gravatar has nothing for us right now. A pattern stands in, and we ask again later.",
};

export type PictureActions = { gravatar: FormAction<keyof typeof gravatarWords>; remove: FormAction<null> };

export function PictureSection({ user, actions, problem }: { user: User; actions: PictureActions; problem: string | null }) {
  return (
    <PictureUpload
      problem={problem}
      actions={
        <>
          <PictureAction action={actions.gravatar} label="Use Gravatar" busy="Asking Gravatar…" done={(source) => gravatarWords[source]} />
          {user.image && <PictureAction action={actions.remove} label="Remove picture" busy="Removing…" tone="end" done={() => "Picture removed."} />}
        </>
      }
    >
      <Avatar name={user.name} image={user.image?.medium ?? null} size={128} />
    </PictureUpload>
  );
}
