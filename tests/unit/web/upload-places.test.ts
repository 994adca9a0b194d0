import { expect, test } from "vitest";
import type { UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { takeUploadPlace } from "@/lib/web/upload-places";

const somebody = () => ({ actor: { kind: "user", userId: newId(), sessionId: newId() } }) as UserContext;

/** Takes as many as there are, at most `most`; how many, and what gives them back. */
function takeAll(context: UserContext, most: number): (() => void)[] {
  const taken: (() => void)[] = [];
  while (taken.length < most) {
    const place = takeUploadPlace(context);
    if (isFailure(place)) break;
    taken.push(place);
  }
  return taken;
}

test("each has four, in a crowd one, and all together sixty-four; what is given back is another's", () => {
  const [first, second] = [somebody(), somebody()];
  const own = takeAll(first, 10);
  expect(own).toHaveLength(4);
  expect(takeUploadPlace(first)).toMatchObject({ failure: "rate_limited", retryAfter: 2 });
  expect(takeAll(second, 10).map((leave) => leave())).toHaveLength(4);

  const few = Array.from({ length: 7 }, () => takeAll(somebody(), 4)).flat();
  expect([own.length + few.length, takeAll(second, 10).map((leave) => leave()).length], "from thirty-two on each has one").toEqual([32, 1]);
  const many = Array.from({ length: 40 }, () => takeAll(somebody(), 1)).flat();
  expect(own.length + few.length + many.length).toBe(64);
  expect(takeUploadPlace(somebody())).toMatchObject({ failure: "unavailable", retryAfter: 2 });

  many.pop()?.();
  const last = takeUploadPlace(second);
  expect(isFailure(last)).toBe(false);
  for (const leave of [...own, ...few, ...many, ...(isFailure(last) ? [] : [last])]) leave();
  expect(takeAll(first, 10).map((leave) => leave()), "nothing is left behind").toHaveLength(4);
});
