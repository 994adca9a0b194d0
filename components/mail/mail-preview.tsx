import { PageTitle } from "@/components/ui/page-title";

type PreviewedMail = { name: string; subject: string; html: string; text: string };

/** Mails one below the other, as HTML (narrow and wide, each can be drawn wider) and as text. Nothing in them can run or load. */
export function MailPreview({ mails }: { mails: readonly PreviewedMail[] }) {
  return (
    <main className="mx-auto max-w-[1240px] px-4 py-10">
      <PageTitle title="Mails">All {mails.length}, with made-up facts. Links and codes open nothing. Dark or light as this computer is set.</PageTitle>
      {mails.map(({ name, subject, html, text }) => (
        <section key={name} className="mb-12">
          <h2 className="text-16 font-semibold">{name}</h2>
          <p className="mb-3 text-quiet">{subject}</p>
          <div className="flex flex-wrap items-start gap-4">
            {["w-[320px]", "w-[560px]"].map((width) => (
              <iframe key={width} title={`${name}, as HTML`} srcDoc={html} sandbox="" className={`h-[640px] max-w-full resize rounded-lg border bg-surface ${width}`} />
            ))}
            <pre className="max-h-[640px] w-[280px] max-w-full grow overflow-auto rounded-lg border bg-surface p-4 text-13 whitespace-pre-wrap">{text}</pre>
          </div>
        </section>
      ))}
    </main>
  );
}
