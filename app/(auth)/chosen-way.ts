/** The way that a page's address asks for, where that is one of those that would do; else the first, which was used last. */
export function chosenWay<W extends string>(ways: readonly W[], asked: unknown): W {
  const [first] = ways;
  const chosen = ways.find((way) => way === asked) ?? first;
  if (chosen === undefined) throw new Error("nothing is asked");
  return chosen;
}
