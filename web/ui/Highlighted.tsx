import { Fragment } from "react";

const MATCH = /\uE000([^\uE001]*)\uE001/g;
/** Marks whose other half is in another text. */
const STRAY_MARKS = /[\uE000\uE001]/g;

/** Text in which the search marked its matches, between U+E000 and U+E001. */
export function Highlighted({ text }: { text: string }) {
  // With one group, split() gives what is outside and what is inside a match by turns.
  return text.split(MATCH).map((part, index) => (
    // The parts of one text never change places, so their index is a key.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={index}>
      {index % 2 === 1 ? <mark>{part}</mark> : part.replaceAll(STRAY_MARKS, "")}
    </Fragment>
  ));
}
