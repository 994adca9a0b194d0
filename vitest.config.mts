import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/support/longest-first";

const shared = {
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
};
const onServers = {
  globalSetup: ["tests/support/global-setup.ts"],
  setupFiles: ["tests/support/clean-up.ts"],
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

/** Then nothing else runs beside an attack, and the rarest are tried too; with few rounds they mostly wait. */
const ALL_ROUNDS = process.env.ATTACK_ROUNDS === "full";

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { ...shared, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      { ...shared, test: { ...onServers, name: "integration", include: ["tests/integration/**/*.test.ts"] } },
      { ...shared, test: { ...onServers, name: "faults", include: ["faults/**/*.test.ts"], exclude: ALL_ROUNDS ? [] : ["faults/**/*.rare.test.ts"], testTimeout: 600_000, fileParallelism: !ALL_ROUNDS } },
      { ...shared, test: { ...onServers, name: "e2e", include: ["tests/e2e/**/*.test.ts"], testTimeout: 90_000 } },
    ],
  },
});
