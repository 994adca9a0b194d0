import type { Metadata, Viewport } from "next";
import { GeistSans } from "geist/font/sans";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { ClockProvider } from "@/components/ui/clock";
import { ZONE_COOKIE } from "@/components/ui/zone-cookie";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Latchkey", template: "%s · Latchkey" },
  description: "See who holds a key to your account, and take it back at once.",
  robots: { index: false },
  referrer: "same-origin",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f9f7f3" },
    { media: "(prefers-color-scheme: dark)", color: "#12100d" },
  ],
};

/** The zone that the browser told of; anything that is none is UTC. */
function knownZone(zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone ?? "UTC" }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const zone = knownZone((await cookies()).get(ZONE_COOKIE)?.value);
  return (
    <html lang="en" className={GeistSans.variable}>
      <body className="font-sans">
        <ClockProvider now={Date.now()} zone={zone}>
          <div id="page">{children}</div>
        </ClockProvider>
      </body>
    </html>
  );
}
