import type { Metadata } from "next";
import type { SearchParams } from "@/app/search-params";
import { isErrorCode, pictureWords } from "@/components/profile/picture-words";
import { ProfileView } from "@/components/profile/profile-view";
import { requireUser } from "@/lib/web/page";
import { removePictureAction, takeGravatarAction, updateProfileAction } from "./actions";

export const metadata: Metadata = { title: "Profile" };

const picture = { gravatar: takeGravatarAction, remove: removePictureAction };

export default async function ProfilePage({ searchParams }: { searchParams: SearchParams }) {
  const { user } = await requireUser("/profile");
  const code = (await searchParams).picture;
  return <ProfileView user={user} action={updateProfileAction} picture={picture} problem={isErrorCode(code) ? pictureWords(code) : null} />;
}
