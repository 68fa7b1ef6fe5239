/** A platform of the OCI image index. */
export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
}

/** `linux/arm64/v8`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/** False for the `unknown/unknown` that build tools give attestations. */
export function isRealPlatform(platform: Platform): boolean {
  return platform.os !== "unknown" && platform.architecture !== "unknown";
}
