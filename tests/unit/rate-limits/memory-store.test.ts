import { describe, expect, test } from "vitest";
import { LEASE_MS, type Limit } from "@/lib/rate-limits/limit";
import { memoryStore } from "@/lib/rate-limits/memory-store";

const PAIR: Limit = { key: "pair", points: 2, seconds: 60 };
const ADDRESS: Limit = { key: "address", points: 3, seconds: 600 };

function at() {
  const clock = { time: 1_000_000, now: () => clock.time };
  return { clock, store: memoryStore(clock) };
}

describe("limits while Redis does not answer", () => {
  test("count failures, not attempts", async () => {
    const { store } = at();
    for (let round = 0; round < 20; round++) {
      expect(await store.reserve([PAIR], `a${round}`)).toMatchObject({ granted: true });
      await store.settle([PAIR], `a${round}`, false);
    }
  });

  test("let no more in at once than may fail, and say how long", async () => {
    const { store } = at();
    await store.reserve([PAIR], "a");
    await store.reserve([PAIR], "b");
    expect(await store.reserve([PAIR], "c")).toEqual({ granted: false, blocking: 0, freeInMs: LEASE_MS });
    await store.settle([PAIR], "a", true);
    await store.settle([PAIR], "b", true);
    expect(await store.reserve([PAIR], "c")).toEqual({ granted: false, blocking: 0, freeInMs: 60_000 });
  });

  test("slide: each failure lapses by itself", async () => {
    const { clock, store } = at();
    for (const id of ["a", "b"]) {
      await store.reserve([PAIR], id);
      await store.settle([PAIR], id, true);
      clock.time += 30_000;
    }
    expect((await store.reserve([PAIR], "c")).granted).toBe(true);
    expect((await store.reserve([PAIR], "d")).granted).toBe(false);
  });

  test("take a place in all limits or in none", async () => {
    const { store } = at();
    for (const id of ["a", "b", "c"]) {
      await store.reserve([ADDRESS], id);
      await store.settle([ADDRESS], id, true);
    }
    expect(await store.reserve([PAIR, ADDRESS], "d")).toMatchObject({ granted: false, blocking: 1 });
    expect((await store.reserve([PAIR], "e")).granted).toBe(true);
    expect((await store.reserve([PAIR], "f")).granted, "the refused one holds nothing").toBe(true);
  });

  test("an attempt that never ends gives its place back", async () => {
    const { clock, store } = at();
    await store.reserve([PAIR], "a");
    await store.reserve([PAIR], "b");
    clock.time += LEASE_MS;
    expect((await store.reserve([PAIR], "c")).granted).toBe(true);
  });
});
