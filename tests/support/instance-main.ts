import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Context } from "@/lib/core/context";
import { rollUp } from "@/lib/insights/roll-up";
import { checkSettings } from "@/lib/platform/env";
import { openServices } from "@/lib/platform/services";
import { systemContext } from "@/lib/platform/system-context";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Credential, SessionCredential } from "@/lib/sessions/credential";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { endSession } from "@/lib/sessions/end-session";
import { type Keeper, keepTrust } from "@/lib/sessions/ledger/keep";
import { keepSwept } from "@/lib/sessions/ledger/keep-swept";
import { sweep } from "@/lib/sessions/ledger/sweep";
import { refreshSession } from "@/lib/tokens/refresh-session";
import { countedCalls } from "./counted-calls";
import { eraseDue } from "./erasing";
import { askWith } from "./native";
import { provingOperations } from "./proving-operations";
import { begin, ownerOf, visitorOf } from "./sessions";

/** The work of an instance (instance.ts): what each message asks for, on services of its own. */
export function operationsOn(context: Context, calls: { dieAt(step: number): void; count(): number }) {
  let keeper: Keeper | null = null;
  return {
    ...provingOperations(context),
    async trust() {
      keeper ??= keepTrust(context);
      await keeper.once();
    },
    /** Stops the replays; the connection stays as it is. */
    async letGo() {
      keeper?.stop();
      keeper = null;
    },
    async authenticate(credential: Credential, use = true, address?: string) {
      return authenticate(visitorOf(context, address), credential, { use });
    },
    async begin(userId: string, prior: SessionCredential | null = null) {
      return begin(context, userId, { prior });
    },
    async end(credential: SessionCredential, target: string) {
      return endSession(ownerOf(context, { credential }), target);
    },
    async endAll(credential: SessionCredential, keepCurrent = false) {
      return endAllSessions(ownerOf(context, { credential }), { keepCurrent });
    },
    async sweep() {
      return sweep(context);
    },
    async rollUp() {
      return rollUp(context);
    },
    async refresh(token: string) {
      return refreshSession(visitorOf(context), token);
    },
    async askWith(accessToken: string) {
      return askWith(context, accessToken);
    },
    /** Erases the account whose time is over, as far as it goes. */
    async eraseDue() {
      return eraseDue(context);
    },
    async keepSwept() {
      keepSwept(context);
    },
    /** Kills this process by SIGKILL just before its next but `step - 1` call to PostgreSQL or Redis. */
    async dieAt(step: number) {
      calls.dieAt(step);
    },
    /** Opens its connections to PostgreSQL, so that the first call of a test finds them. */
    async warmUp() {
      await Promise.all(Array.from({ length: 3 }, () => context.db.execute(sql`select 1`)));
    },
  };
}

async function main(): Promise<void> {
  const { settings, problems } = checkSettings(process.env);
  if (!settings) throw new Error(problems.join("\n"));
  const { context, calls } = countedCalls(systemContext(await openServices(settings)));
  const operations: Record<string, (...args: never[]) => Promise<unknown>> = operationsOn(context, calls);
  process.on("message", async ({ id, operation, args }: { id: number; operation: string; args: never[] }) => {
    try {
      process.send?.({ id, result: await operations[operation]?.(...args) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once("disconnect", () => process.exit(0));
  process.send?.("ready");
  await sleep(2 ** 31 - 1);
}

void main();
