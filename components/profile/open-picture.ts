/** A picture as this browser shows it, upright. */
export type OpenPicture = { url: string; element: HTMLImageElement };

/** Null when the browser cannot read the file, or would not give its points back as they are. Revoke `url` when done. */
export async function openPicture(file: Blob): Promise<OpenPicture | null> {
  if (!givesPointsBack()) return null;
  const url = URL.createObjectURL(file);
  const element = new Image();
  element.src = url;
  try {
    await element.decode();
    return { url, element };
  } catch {
    URL.revokeObjectURL(url);
    return null;
  }
}

/** Some browsers blur what is read from a canvas, against fingerprinting: a picture cut there would be noise. */
function givesPointsBack(): boolean {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return false;
  const drawn = [200, 30, 90, 255];
  context.fillStyle = `rgb(${drawn.slice(0, 3).join(" ")})`;
  context.fillRect(0, 0, 8, 8);
  const { data } = context.getImageData(0, 0, 8, 8);
  return data.every((value, index) => value === drawn[index % 4]);
}
