import { beforeAll, describe, expect, test } from "vitest";
import { uploadAvatar } from "@/lib/avatars/upload-avatar";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { takeUploadPlace } from "@/lib/web/upload-places";
import { makeOwner } from "@/tests/support/avatars";
import { openTestWorld } from "@/tests/support/context";
import { photo } from "@/tests/support/pictures";
import { trust } from "@/tests/support/sessions";

let context: Context;

beforeAll(async () => {
  ({ context } = await openTestWorld());
  await trust(context);
});

describe("one account's share of pictures", () => {
  test("eight large ones of one account make another's wait for one of them", async () => {
    const large = await photo(5_000, 4_000).blur(0.8).jpeg().toBuffer();
    const small = await photo(80, 80).jpeg().toBuffer();
    const [greedy, other] = [await makeOwner(context), await makeOwner(context)];
    const done: string[] = [];
    const set = async (owner: typeof other, name: string, picture: Buffer) => {
      const user = await uploadAvatar(owner, picture);
      done.push(isFailure(user) ? `${name}: ${user.failure}` : name);
    };
    const flood = Array.from({ length: 8 }, () => set(greedy, "greedy", large));
    await set(other, "other", small);
    expect(done.slice(0, 3), "before the third of the greedy account").toContain("other");
    await Promise.all(flood);
  });

  test("a hundred pictures an hour, what is no picture among them; the next is refused, another account's is not", async () => {
    const small = await photo(80, 80).jpeg().toBuffer();
    const owner = await makeOwner(context);
    for (let tries = 0; tries < 100; tries++) await uploadAvatar(owner, tries < 95 ? Buffer.from("no picture") : small);
    expect(await uploadAvatar(owner, small)).toMatchObject({ failure: "rate_limited", retryAfter: expect.toSatisfy((seconds: number) => seconds > 3_000) });
    expect(isFailure(await uploadAvatar(await makeOwner(context), small))).toBe(false);
  });

  test("four places of sixty-four", async () => {
    const owner = await makeOwner(context);
    const places = Array.from({ length: 5 }, () => takeUploadPlace(owner));
    expect(places.map((place) => (isFailure(place) ? place.failure : "taken"))).toEqual(["taken", "taken", "taken", "taken", "rate_limited"]);
    for (const leave of places) if (!isFailure(leave)) leave();
    const again = takeUploadPlace(owner);
    expect(isFailure(again)).toBe(false);
    if (!isFailure(again)) again();
  });
});
