import { expect, test } from "vitest";
import { authenticate } from "@/lib/sessions/authenticate";
import { dropCachedUser, holdCachedUser } from "@/lib/users/cached-user";
import { openTestWorld } from "@/tests/support/context";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";
import { startTestPostgres } from "@/tests/support/test-postgres";

test.each([
  { what: "dropped", change: dropCachedUser },
  { what: "held", change: holdCachedUser },
])("views that were $what just before PostgreSQL froze are shown, and soon", async ({ change }) => {
  const postgres = await startTestPostgres();
  const { context } = await openTestWorld({ DATABASE_URL: postgres.url });
  await trust(context);
  const begun = await begin(context, await makeUser(context));
  const seen = () => authenticate(visitorOf(context), begun.credential, { use: true });
  await change(context, begun.credential.u);
  expect(await seen()).toMatchObject({ state: "authenticated" });
  await change(context, begun.credential.u);
  postgres.freeze();
  const asked = performance.now();
  expect(await seen()).toMatchObject({ state: "authenticated", user: { id: begun.credential.u } });
  expect(performance.now() - asked).toBeLessThan(3_000);
  postgres.thaw();
});
