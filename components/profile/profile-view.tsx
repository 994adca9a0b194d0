import { Avatar } from "@/components/shell/avatar";
import type { FormAction } from "@/components/ui/action-state";
import { Card } from "@/components/ui/card";
import { PageTitle } from "@/components/ui/page-title";
import { Time } from "@/components/ui/time";
import type { User } from "@/lib/users/schema";
import { ProfileForm } from "./profile-form";

export function ProfileView({ user, action }: { user: User; action: FormAction<null> }) {
  return (
    <>
      <PageTitle title="Profile">How you appear, and the account you are signed in to.</PageTitle>
      <Card className="max-w-[36rem]">
        <div className="flex items-center gap-4 border-b p-5">
          <Avatar name={user.name} image={user.image?.medium ?? null} size={64} />
          <div className="min-w-0">
            <p className="text-16 font-semibold">
              <bdi>{user.name}</bdi>
            </p>
            <p className="text-quiet">
              <bdi>{user.email}</bdi>
            </p>
            <p className="text-13 text-quiet">
              Account made <Time at={user.createdAt} />
            </p>
          </div>
        </div>
        <div className="p-5">
          <ProfileForm name={user.name} action={action} />
        </div>
      </Card>
    </>
  );
}
