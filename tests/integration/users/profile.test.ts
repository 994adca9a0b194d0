import { beforeAll, expect, test } from "vitest";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { authenticate } from "@/lib/sessions/authenticate";
import { getPublicUser } from "@/lib/users/get-public-user";
import { updateProfile } from "@/lib/users/update-profile";
import { newAccount } from "@/tests/integration/auth/account";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { query } from "@/scripts/servers/query";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld();
  context = world.context;
  await trust(context);
});

test("a new name is seen at once by whoever asks, with its event", async () => {
  const { user, begun } = await newAccount(context);
  await authenticate(context, begun.credential, { use: true });
  expect(await updateProfile(user, { name: "Zoë" })).toEqual({ ...begun.user, name: "Zoë" });
  expect(await authenticate(context, begun.credential, { use: true })).toMatchObject({ user: { name: "Zoë" } });
  const events = await query(world.databaseUrl, "select detail from events where type = 'profile.changed' and user_id = $1", [begun.user.id]);
  expect(events).toEqual([{ detail: { name: { from: "Zo Li", to: "Zoë" } } }]);
});

test("others see name and picture, nothing more; what is no id is what does not exist", async () => {
  const { begun } = await newAccount(context);
  expect(await getPublicUser(context, begun.user.id)).toEqual({ id: begun.user.id, name: "Zo Li", image: null });
  for (const id of [newId(), "x", "", begun.user.id.toUpperCase(), "' or 1=1", "\0"]) expect(await getPublicUser(context, id), id).toEqual({ failure: "not_found" });
});
