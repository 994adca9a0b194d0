import type { Metadata } from "next";
import { assessPasswordAction } from "@/app/(auth)/assess-password-action";
import { SecurityView } from "@/components/security/security-view";
import { requireUser } from "@/lib/web/page";
import { changePasswordAction } from "./actions";

export const metadata: Metadata = { title: "Security" };

export default async function SecurityPage() {
  const { context, user } = await requireUser("/security");
  return (
    <SecurityView
      user={user}
      minimum={context.settings.PASSWORD_MIN_LENGTH}
      changePassword={changePasswordAction}
      assess={assessPasswordAction}
    />
  );
}
