import type { FieldCause } from "./errors.ts";

const PICTURE_DATA = /^data:image\/[a-z0-9.+-]+[;,]/i;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** A port looks like what follows a scheme: `localhost:8080`. */
const PORT = /^[^/:]+:\d+(?:\/|$)/;

/** What URL.canParse takes away, or writes otherwise. */
const BLANK = /[\s\p{Cc}]/u;

/** An icon is a picture's address in the web, or the picture itself. */
export function iconCauses(field: string, icon: string | undefined): FieldCause[] {
  if (!icon || PICTURE_DATA.test(icon) || isWebAddress(icon)) return [];
  return [invalid(field, icon, "expected an http or https address with no spaces, or data:image/…")];
}

/** A home page; a host without a scheme is taken. */
export function urlCauses(field: string, url: string | undefined): FieldCause[] {
  if (!url || isWebAddress(url)) return [];
  return [
    invalid(
      field,
      url,
      "expected an http or https address, or a host such as www.mysql.com, with no spaces: %20 stands for one",
    ),
  ];
}

function isWebAddress(text: string): boolean {
  if (BLANK.test(text)) return false;
  const scheme = PORT.test(text) ? undefined : SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") return false;
  return URL.canParse(scheme === undefined ? `https://${text}` : text);
}

function invalid(field: string, value: string, why: string): FieldCause {
  return { field, reason: "FieldValueInvalid", value, why };
}
