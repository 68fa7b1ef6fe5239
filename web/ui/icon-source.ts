/** What an `<img>` may load as an icon: a web address, or a picture in a data: URL. Anything else is no icon. */
export function iconSource(icon: string | undefined): string | undefined {
  if (!icon) return undefined;
  return /^(?:https?:\/\/|data:image\/)/i.test(icon) ? icon : undefined;
}
