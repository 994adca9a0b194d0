/** A person's picture, or the first letters of the name. Decoration: the name stands beside it. */
export function Avatar({ name, image, size = 28 }: { name: string; image: string | null; size?: 28 | 64 }) {
  const shape = size === 28 ? "size-7 text-13" : "size-16 text-20";
  if (image) return <img src={image} alt="" width={size} height={size} className={`${shape} shrink-0 rounded-full bg-sunken object-cover`} />;
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "").join("");
  return (
    <span aria-hidden="true" className={`${shape} grid shrink-0 place-items-center rounded-full bg-accent-soft font-medium text-accent-strong`}>
      {letters.toUpperCase()}
    </span>
  );
}
