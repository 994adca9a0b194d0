export type Rectangle = { x: number; y: number; width: number; height: number };

/** Twice what is kept of it: the server scales the rest. */
const LARGEST = 1024;

/** The part of a picture, in its own points, as a file. Null when the browser cannot make one. */
export async function cutPicture(element: HTMLImageElement, part: Rectangle): Promise<Blob | null> {
  const size = Math.max(1, Math.round(Math.min(LARGEST, part.width)));
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.imageSmoothingQuality = "high";
  context.drawImage(element, part.x, part.y, part.width, part.height, 0, 0, size, size);
  // Where WebP cannot be written this gives PNG.
  return new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.92));
}
