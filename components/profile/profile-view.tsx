import Link from "next/link";
import type { FormAction } from "@/components/ui/action-state";
import { Card } from "@/components/ui/card";
import { PageTitle } from "@/components/ui/page-title";
import { textLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import type { User } from "@/lib/users/schema";
import { type PictureActions, PictureSection } from "./picture-section";
import { ProfileForm } from "./profile-form";

type Props = { user: User; action: FormAction<null>; picture: PictureActions; problem: string | null };

/** `problem`: why the picture of a plain form was not taken, in words. */
export function ProfileView({ user, action, picture, problem }: Props) {
  return (
    <>
      <PageTitle title="Profile">How you appear, and the account you are signed in to.</PageTitle>
      <Card className="max-w-[40rem]">
        <PictureSection user={user} actions={picture} problem={problem} />
        <div className="p-5">
          <ProfileForm name={user.name} action={action} />
        </div>
        <p className="border-t px-5 py-4 text-13 text-quiet">
          Signed in as <bdi className="font-medium text-ink">{user.email}</bdi>. Account made <Time at={user.createdAt} />.{" "}
          <Link href="/leave" prefetch={false} className={textLink}>
            Take your data, or leave
          </Link>
        </p>
      </Card>
    </>
  );
}
