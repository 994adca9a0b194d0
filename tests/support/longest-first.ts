import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Begun last, one of them would run alone at the end. Vitest goes by the sizes of files, which do not tell who starts much or waits long. */
const LONGEST = [
  "up/up", "admin/commands", "platform/readiness", "serve/workers", "web/slow-database", "web/database-outage",
  "sessions/app", "sessions/ledger", "sessions/redis-loss", "auth/crash", "sessions/redis-down",
  "stay-signed-in", "rolling-restart", "pages", "admin", "behind-nginx", "proven-address", "profile-picture",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    function place({ moduleId }: TestSpecification): number {
      const listed = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return listed === -1 ? LONGEST.length : listed;
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
