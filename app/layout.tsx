import type { Metadata, Viewport } from "next";
import { GeistSans } from "geist/font/sans";
import type { ReactNode } from "react";
import { ClockProvider } from "@/components/ui/clock";
import { visitorZone } from "./visitor-zone";
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

export default async function RootLayout({ children }: { children: ReactNode }) {
  const zone = await visitorZone();
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
