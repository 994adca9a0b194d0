import type { ReactNode } from "react";
import { Mark } from "@/components/ui/brand";
import { Card } from "@/components/ui/card";

/** One centred card; nothing else to look at. */
export function AuthCard({ title, notice, children, foot }: { title: string; notice?: ReactNode; children: ReactNode; foot?: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[calc(360px+2rem)] flex-col justify-center px-4 py-10">
      <div className="mb-5 flex justify-center">
        <Mark size={40} />
      </div>
      {notice && <div className="mb-4">{notice}</div>}
      <Card className="p-6">
        <h1 className="mb-5 text-20 font-semibold tracking-tight">{title}</h1>
        {children}
      </Card>
      {foot && <div className="mt-5 text-center text-pretty text-quiet">{foot}</div>}
    </main>
  );
}
