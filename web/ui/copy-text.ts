/**
 * Puts text on the clipboard. Browsers offer their clipboard only on TLS and on this machine's own addresses; on a
 * hub reached by plain HTTP the old way, a selection that is copied, still works.
 * @throws Error when the browser refuses both
 */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!copied) throw new Error("Cannot copy: expected the browser to allow it");
}
