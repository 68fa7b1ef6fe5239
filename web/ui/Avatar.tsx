import { useState } from "react";
import { hueOf } from "./format.ts";
import { iconSource } from "./icon-source.ts";
import classes from "./Avatar.module.css";

/** The icon of a repository, organization or user; a letter in the name's own colour when there is none to show. */
export function Avatar({
  name,
  icon,
  size,
}: {
  name: string;
  icon: string | undefined;
  size: "sm" | "md" | "lg";
}) {
  const source = iconSource(icon);
  const [failed, setFailed] = useState<string>();
  if (source && source !== failed) {
    return (
      <img
        className={classes.avatar}
        data-size={size}
        src={source}
        alt=""
        loading="lazy"
        decoding="async"
        referrerPolicy="no-referrer"
        onError={() => setFailed(source)}
      />
    );
  }
  const lastPart = name.slice(name.lastIndexOf("/") + 1);
  const [letter = "?"] = lastPart;
  return (
    <span
      className={classes.letter}
      data-size={size}
      style={{ "--avatar-hue": hueOf(name) } as React.CSSProperties}
      aria-hidden
    >
      {letter.toUpperCase()}
    </span>
  );
}
