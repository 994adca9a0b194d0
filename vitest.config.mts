import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Begun last, one of them would run alone at the end. Vitest goes by the sizes of files, which do not tell who starts much or waits long. */
const LONGEST = [
  "up/up", "mail/mailer", "platform/readiness", "serve/workers", "web/slow-database", "web/database-outage",
  "sessions/app", "sessions/ledger", "sessions/redis-loss", "auth/crash", "sessions/redis-down", "sessions/address",
  "stay-signed-in", "rolling-restart", "pages", "admin", "behind-nginx", "proven-address", "profile-picture", "providers-behind-nginx",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    function place({ moduleId }: TestSpecification): number {
      const listed = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return listed === -1 ? LONGEST.length : listed;
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

const shared = {
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
};
const onServers = {
  globalSetup: ["tests/support/global-setup.ts"],
  setupFiles: ["tests/support/clean-up.ts"],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // What comes in the end. A promise of a second is measured where it is tested.
  expect: { poll: { timeout: 5_000 } },
};

/** They measure their own process, and so have it for themselves, as every attack of `faults` has. All others follow each other in one: starting it and loading the app's files takes a second. */
const MEASURED = ["tests/integration/serve/front-server.test.ts", "tests/integration/avatars/hostile-files.test.ts"];

/** Then nothing else runs beside an attack, and the rarest are tried too; with few rounds they mostly wait. */
const ALL_ROUNDS = process.env.ATTACK_ROUNDS === "full";

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { ...shared, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      { ...shared, test: { ...onServers, name: "integration", isolate: false, include: ["tests/integration/**/*.test.ts"], exclude: MEASURED } },
      { ...shared, test: { ...onServers, name: "measured", include: MEASURED } },
      { ...shared, test: { ...onServers, name: "faults", include: ["faults/**/*.test.ts"], exclude: ALL_ROUNDS ? [] : ["faults/**/*.rare.test.ts"], testTimeout: 600_000, fileParallelism: !ALL_ROUNDS } },
      { ...shared, test: { ...onServers, name: "e2e", isolate: false, include: ["tests/e2e/**/*.test.ts"], testTimeout: 90_000 } },
    ],
  },
});
