import { matches, rule } from "./cel.ts";

const PICTURE_DATA = /^data:image\/[a-z0-9.+-]+[;,]/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const WEB_SCHEME = /^https?:/i;
/** A port looks like what follows a scheme: `localhost:8080`. */
const PORT = /^[^/:]+:\d+(?:\/|$)/;
/** What URL.canParse takes away, or writes otherwise: what is white to JavaScript, and control characters. */
const BLANK = /[\p{Z}\p{Cc}\uFEFF]/u;

export const ICON_EXPECTED = "expected an http or https address with no spaces, or data:image/…";
export const URL_EXPECTED =
  "expected an http or https address, or a host such as www.mysql.com, with no spaces: %20 stands for one";

/** An icon is a picture's address in the web, or the picture itself. */
export function isIcon(text: string): boolean {
  return PICTURE_DATA.test(text) || isWebAddress(text);
}

/** A home page; a host without a scheme is taken. */
export function isWebAddress(text: string): boolean {
  if (BLANK.test(text)) return false;
  const hasScheme = SCHEME.test(text) && !PORT.test(text);
  if (hasScheme && !WEB_SCHEME.test(text)) return false;
  return URL.canParse(hasScheme ? text : `https://${text}`);
}

/** All but the last line: what CEL can parse of addresses, `isURL()`, is less than what browsers can. */
const MAY_BE_WEB_ADDRESS = [
  `!${matches(BLANK)}`,
  `(!${matches(SCHEME)} || ${matches(PORT)} || ${matches(WEB_SCHEME)})`,
].join(" && ");

export const ICON_RULE = rule(`${matches(PICTURE_DATA)} || ${MAY_BE_WEB_ADDRESS}`, ICON_EXPECTED);
export const URL_RULE = rule(MAY_BE_WEB_ADDRESS, URL_EXPECTED);
