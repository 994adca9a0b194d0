import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { MailPreview } from "@/components/mail/mail-preview";
import { renderMail } from "@/lib/mail/render-mail";
import { mailSamples } from "@/lib/mail/samples";
import { currentVisitor } from "@/lib/web/page";

export const metadata: Metadata = { title: "Mails" };

/** Every kind of mail as it would be sent, under `npm run dev`. Anywhere else there is nothing here. */
export default async function MailsPage() {
  const { settings } = (await currentVisitor()).context;
  if (!settings.DEVELOPMENT) return notFound();
  const mails = await Promise.all(mailSamples.map(async ({ name, mail }) => ({ name, ...(await renderMail(settings, mail)) })));
  return <MailPreview mails={mails} />;
}
