import IconExternalLink from "@tabler/icons-react/icons/IconExternalLink";
import { toWebAddress } from "./format.ts";
import classes from "./HomeLink.module.css";

/** A home page somewhere else; nothing when the text is no web address. */
export function HomeLink({ url }: { url: string | undefined }) {
  const address = toWebAddress(url ?? "");
  if (!address) return null;
  return (
    <a className={classes.link} href={address} target="_blank" rel="nofollow noopener noreferrer">
      <IconExternalLink size="1rem" aria-hidden />
      <span>{address.replace(/^https?:\/\//, "").replace(/\/$/, "")}</span>
    </a>
  );
}
