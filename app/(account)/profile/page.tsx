import type { Metadata } from "next";
import { ProfileView } from "@/components/profile/profile-view";
import { requireUser } from "@/lib/web/page";
import { updateProfileAction } from "./actions";

export const metadata: Metadata = { title: "Profile" };

export default async function ProfilePage() {
  const { user } = await requireUser("/profile");
  return <ProfileView user={user} action={updateProfileAction} />;
}
