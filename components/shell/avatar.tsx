import { classes } from "@/components/ui/classes";

const shapes = { 28: "size-7 text-13", 128: "size-32 text-28" };

/** A person's picture, or the first letters of the name. Decoration: the name stands beside it. */
export function Avatar({ name, image, size = 28 }: { name: string; image: string | null; size?: keyof typeof shapes }) {
  const shape = classes(shapes[size], "shrink-0 rounded-full");
  if (image) return <img src={image} alt="" width={size} height={size} className={classes(shape, "bg-sunken object-cover")} />;
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "").join("");
  return (
    <span aria-hidden="true" className={classes(shape, "grid place-items-center bg-accent-soft font-medium text-accent-strong")}>
      {letters.toUpperCase()}
    </span>
  );
}
