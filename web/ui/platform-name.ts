/** `linux/arm64/v8`, as clients take it behind `--platform`. */
export function platformName(platform: { os: string; architecture: string; variant?: string }): string {
  const { os, architecture, variant } = platform;
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}
