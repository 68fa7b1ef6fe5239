import { ICON_EXPECTED, isIcon, isWebAddress, URL_EXPECTED } from "../resources/addresses.ts";
import type { FieldCause } from "./errors.ts";

/** An icon is a picture's address in the web, or the picture itself. */
export function iconCauses(field: string, icon: string | undefined): FieldCause[] {
  return !icon || isIcon(icon) ? [] : [invalid(field, icon, ICON_EXPECTED)];
}

/** A home page; a host without a scheme is taken. */
export function urlCauses(field: string, url: string | undefined): FieldCause[] {
  return !url || isWebAddress(url) ? [] : [invalid(field, url, URL_EXPECTED)];
}

function invalid(field: string, value: string, why: string): FieldCause {
  return { field, reason: "FieldValueInvalid", value, why };
}
