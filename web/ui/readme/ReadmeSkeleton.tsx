import { Skeleton } from "@mantine/core";

const TITLE_HEIGHT = "1.75rem";
const LINE_HEIGHT = "1rem";
const LINES = [
  { width: "45%", height: TITLE_HEIGHT },
  { width: "100%", height: LINE_HEIGHT },
  { width: "96%", height: LINE_HEIGHT },
  { width: "88%", height: LINE_HEIGHT },
  { width: "30%", height: TITLE_HEIGHT },
  { width: "99%", height: LINE_HEIGHT },
  { width: "92%", height: LINE_HEIGHT },
  { width: "60%", height: LINE_HEIGHT },
];

/** The place of a README before it arrives. */
export function ReadmeSkeleton() {
  return (
    <div aria-hidden>
      {LINES.map(({ width, height }) => (
        <Skeleton key={width} height={height} width={width} mb="0.875rem" radius="sm" />
      ))}
    </div>
  );
}
