/** Twice what the largest place of an icon shows, for dense screens. */
const SIZE_PX = 144;
/** As the hub bounds an icon (`MAX_ICON_LENGTH`). */
const MAX_LENGTH = 65_536;
const QUALITY = 0.9;

/**
 * A picture of any kind and size as a small data: URL, whole and in the middle of a square.
 * @throws when it is no picture that this browser reads
 */
export async function toIcon(file: Blob): Promise<string> {
  const picture = await load(file);
  const canvas = document.createElement("canvas");
  canvas.width = SIZE_PX;
  canvas.height = SIZE_PX;
  const scale = SIZE_PX / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d")?.drawImage(picture, (SIZE_PX - width) / 2, (SIZE_PX - height) / 2, width, height);
  const icon = ["image/webp", "image/png", "image/jpeg"]
    .map((type) => canvas.toDataURL(type, QUALITY))
    .find((text) => text.length <= MAX_LENGTH);
  if (icon === undefined) throw new Error(`Cannot make an icon: expected at most ${MAX_LENGTH} characters`);
  return icon;
}

/** By an `<img>`, which also reads SVG; the policy lets it load data: URLs alone. */
async function load(file: Blob): Promise<HTMLImageElement> {
  const picture = new Image();
  picture.src = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("Cannot read the picture")));
    reader.readAsDataURL(file);
  });
  await picture.decode();
  return picture;
}
