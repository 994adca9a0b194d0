import { expect, test } from "vitest";
import { habitOf } from "@/components/insights/habit";

const BERLIN = { country: "DE", city: "Berlin", unusual: false };

/** Sign-ins on so many days before a Friday, at an hour of UTC. */
function at(days: number[], hour: number, place: { country: string | null; city: string | null; unusual: boolean } = BERLIN) {
  return days.map((back) => ({ at: new Date(Date.UTC(2026, 10, 27 - back, hour, 30)).toISOString(), ...place }));
}

const WEEK = [0, 1, 2, 3, 4];

test("where and when one usually signs in is said in one's own hours", () => {
  const times = [...at(WEEK, 7), ...at(WEEK, 12), ...at(WEEK, 16)];
  expect(habitOf(times, "Europe/Berlin", "You", 90).sentence).toBe("You usually sign in from Berlin, Germany, weekdays 8–18.");
  expect(habitOf(times, "Asia/Tokyo", "They", 90).sentence).toBe("They usually sign in from Berlin, Germany, weekdays 16–2.");
  expect(habitOf([...at([5, 6, 12, 13], 10), ...at([19], 10)], "UTC", "You", 90).sentence).toBe("You usually sign in from Berlin, Germany, weekends 10–11.");
});

test("what is no habit is not called one", () => {
  expect(habitOf([], "UTC", "You", 90).sentence).toBe("No sign-ins in the last 90 days.");
  expect(habitOf(at([1], 3), "UTC", "You", 90).sentence).toBe("1 sign-in in the last 90 days: too few to see a habit.");
  const everywhere = ["Berlin", "Hamburg", "Bremen"].flatMap((city) => Array.from({ length: 24 }, (_one, hour) => at([hour % 7], hour, { ...BERLIN, city })).flat());
  expect(habitOf(everywhere, "UTC", "You", 90).sentence).toBe("You usually sign in, most often from Hamburg, Germany.".replace("Hamburg", habitOf(everywhere, "UTC", "You", 90).rows[0]?.name.split(",")[0] as string));
});

test("a place abroad that was seen once, and a sign-in that looked like somebody else's, stand out", () => {
  const { rows } = habitOf([...at(WEEK, 8), ...at(WEEK, 9), ...at([2], 3, { country: "CA", city: "Toronto", unusual: false }), ...at([1], 8, { country: "DE", city: "Hamburg", unusual: false }), ...at([3], 8, { country: "DE", city: "Bonn", unusual: true })], "UTC", "You", 90);
  expect(rows.map(({ name, count, unusual }) => [name.split(",")[0], count, unusual])).toEqual([["Berlin", 10, false], ["Hamburg", 1, false], ["Toronto", 1, true], ["Bonn", 1, true]]);
  expect(rows[2]?.hours[3]).toBe(1);
});

test("many places are a few and the others", () => {
  const times = Array.from({ length: 40 }, (_one, number) => at(WEEK.slice(0, number < 3 ? 5 : 1), 8, { country: "DE", city: `Town ${number}`, unusual: false })).flat();
  const { rows } = habitOf(times, "UTC", "You", 90);
  expect(rows).toHaveLength(6);
  expect(rows.at(-1)).toMatchObject({ name: "35 other places", count: 35 });
});
