import { eq, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { attempts, users } from "@/db/schema";
import { attemptView } from "@/lib/auth/attempt-view";
import type { Context } from "@/lib/core/context";
import { newBrowser } from "@/tests/integration/auth/account";
import { newAddress, newestMail, provenAccount } from "@/tests/integration/auth/proving";
import type { TestMail } from "@/tests/support/test-mail";
import { asked, come, openProvidersWorld, prove, somebody } from "./identities";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  ({ inbox, context } = await openProvidersWorld());
});

/** What an address is to us. That every statement is alike, `auth/same-work` shows. */
const kinds: Record<string, () => Promise<string>> = {
  "nobody's": async () => newAddress(),
  "an account's": async () => (await provenAccount(context, inbox)).email,
  "a disabled account's": async () => {
    const { email, user } = await provenAccount(context, inbox);
    await context.db.update(users).set({ disabledAt: sql`clock_timestamp()` }).where(eq(users.id, user.actor.userId));
    return email;
  },
  "an account's that nobody has proven": async () => {
    const { email, user } = await provenAccount(context, inbox);
    await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, user.actor.userId));
    return email;
  },
};

test("until the address is proven nothing tells whose it is: not the answer, the row, a wrong code or the mail", async () => {
  const seen = [];
  for (const [kind, make] of Object.entries(kinds)) {
    const email = await make();
    const { attempt, credential } = asked(await come(context, somebody({ email, emailTrusted: false }), newBrowser()));
    const view = await attemptView(context, attempt);
    const wrong = await prove(context, credential, { method: "email_code", code: "000000" });
    const [row] = await context.db.select().from(attempts).where(eq(attempts.id, attempt.id));
    const { subject, text } = await newestMail(context, inbox, email, /#\d{6}\s*$/);
    seen.push({
      kind,
      view: { ...view, address: "", expiresAt: "", mail: view.mail && { ...view.mail, resendAt: "" } },
      wrong,
      row: { ways: row?.ways, userId: row?.userId, deviceKnown: row?.deviceKnown, secondStep: row?.secondStep, asked: row?.asked, proven: row?.proven, rules: row?.rules, sealed: row?.sealed?.length },
      mail: { subject, text: text.replaceAll(email, "").replaceAll(/\d/g, "0") },
    });
  }
  const [{ kind: _kind, ...first }, ...others] = seen as [(typeof seen)[0], ...typeof seen];
  for (const { kind, ...answer } of others) expect({ kind, ...answer }).toEqual({ kind, ...first });
});
