import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { fairQueue } from "@/lib/core/fair-queue";

const later = () => performance.now() + 10_000;

test("the keys take turns, whoever came first with how many", async () => {
  const inQueue = fairQueue(1, 100, 50);
  const order: string[] = [];
  const piece = (key: string) => inQueue(key, later(), async () => void order.push(key));
  await Promise.all([..."aaaaaa", "b", "b", "c"].map(piece));
  expect(order.join("")).toBe("abcabaaaa");
});

test("of one key one runs at a time, of all never more than the width", async () => {
  const inQueue = fairQueue(2, 100, 50);
  const running: string[] = [];
  let most = 0;
  const piece = (key: string) =>
    inQueue(key, later(), async () => {
      expect(running).not.toContain(key);
      most = Math.max(most, running.push(key));
      await sleep(5);
      running.splice(running.indexOf(key), 1);
    });
  await Promise.all([..."aaaabbbbcccc"].map(piece));
  expect(most).toBe(2);
});

test("one key cannot take the waiting places of all; what comes too late does not begin; what throws gives its place back", async () => {
  const inQueue = fairQueue(1, 6, 3);
  const flood = Promise.all(Array.from({ length: 10 }, () => inQueue("a", later(), () => sleep(20, "done"))));
  const other = inQueue("b", later(), async () => "done");
  const late = inQueue("c", performance.now() + 1, async () => "done");
  expect(await other).toBe("done");
  expect(await late).toMatchObject({ failure: "unavailable" });
  const ends = await flood;
  expect(ends.filter((end) => end === "done"), "one that ran and three that waited").toHaveLength(4);
  await expect(inQueue("a", later(), () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await inQueue("a", later(), async () => "done")).toBe("done");
});

test("a few who fill all places keep nobody out: who comes first takes one of the longest line", async () => {
  const inQueue = fairQueue(1, 20, 5);
  const flood = Promise.all([..."abcde"].flatMap((key) => Array.from({ length: 6 }, () => inQueue(key, later(), () => sleep(5, "done")))));
  const newcomer = inQueue("f", later(), async () => "done");
  expect(await newcomer).toBe("done");
  expect((await flood).filter((end) => end === "done").length).toBeLessThanOrEqual(21);
  expect(await inQueue("a", later(), async () => "done")).toBe("done");
});

test("nobody waits longer than they can", async () => {
  const inQueue = fairQueue(1, 20, 5);
  const long = inQueue("a", later(), () => sleep(1_000, "done"));
  const started = performance.now();
  expect(await inQueue("b", started + 100, async () => "done")).toMatchObject({ failure: "unavailable" });
  expect(performance.now() - started).toBeLessThan(300);
  expect(await inQueue("b", Number.POSITIVE_INFINITY, async () => "done")).toBe("done");
  expect(await long).toBe("done");
});
