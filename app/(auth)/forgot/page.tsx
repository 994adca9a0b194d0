import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { ForgotForm } from "@/components/auth/forgot-form";
import { textLink } from "@/components/ui/text-link";
import { currentVisitor } from "@/lib/web/page";
import { forgotAction } from "./actions";

export const metadata: Metadata = { title: "Forgot password" };

/** Where there is no mail there is no such page: an administrator helps. */
export default async function ForgotPage() {
  const { context } = await currentVisitor();
  if (!context.mailer) return notFound();
  return (
    <AuthCard
      title="Forgot your password?"
      foot={
        <>
          Remembered it?{" "}
          <Link href="/sign-in" prefetch={false} className={textLink}>
            Sign in
          </Link>
        </>
      }
    >
      <ForgotForm action={forgotAction} />
    </AuthCard>
  );
}
