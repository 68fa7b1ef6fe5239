import * as fc from "fast-check";
import type { Kind, Resource } from "../../src/resources/kinds.ts";
import { nameOfSpecName } from "../../src/resources/names.ts";
import { causesOfAdmission } from "./admission.ts";
import { dataPack, image, organization, repository, user } from "./case.ts";

/** A field of a text, and texts of every sort for it. */
interface TextField {
  /** Most of it is made of these, and is mostly right. */
  right: string[];
  wrong: string[];
  /** A resource that is right, but for what the text does to it. */
  put(text: string): Resource<Kind>;
  /** Whether CEL takes some of what admission refuses. Default: it says exactly the same. */
  takesMore?: true;
}

const HEX = "0".repeat(32);
const NAME = {
  right: ["a/b", "c1", "-d", ".e", "_f", "__g", "/h"],
  wrong: ["A", "-", "..", "___", "/", ":", HEX],
};
const WHITE = [" ", "\t", "\n", "\u00a0", "\u2028", "\u3000", "\ufeff", "\u200b", "\u0000", "\u0085"];
const ADDRESS = [
  "https://",
  "HTTP:",
  "a.b",
  "localhost",
  ":8080",
  "/c",
  "?d",
  "中",
  "%20",
  "@",
  "\u212a",
  "\u017f",
];
const NO_ADDRESS = ["javascript:", "data:", ":", "//", ";", "#", "%", "[", "]", ...WHITE];

export const FIELDS: Record<string, TextField> = {
  "Organization metadata.name": {
    right: ["a", "1", "-b", "c".repeat(20)],
    wrong: ["-", "D", "."],
    put: (text) => organization(text),
  },
  "Organization url": {
    right: ADDRESS,
    wrong: NO_ADDRESS,
    put: (url) => organization("acme", { url }),
    takesMore: true,
  },
  "Repository name": {
    ...NAME,
    put: (name) => repository({ name }, nameOfSpecName("Repository", name) ?? "a.b"),
  },
  "Repository immutable tag": {
    right: ["v", "*", "1.", "_", "-", "A", HEX],
    wrong: ["/", ":", " ", "[", "é"],
    put: (text) => repository({ name: "acme/app", immutableTags: [text] }),
  },
  "Repository keyword": {
    right: ["a", "B", "+", "库", "c d"],
    wrong: WHITE,
    put: (word) => repository({ name: "acme/app", keywords: [word] }),
  },
  "Image name": {
    right: ["a/b", "a/b:c", ":v1", "-d", ".e", "_f", "/h"],
    wrong: ["A", "-", "..", ":", "/", `-${HEX}`],
    put: (name) => image({ name }, nameOfSpecName("Image", name) ?? "a.b.c"),
  },
  "Image icon": {
    right: [...ADDRESS, "data:image/png;", "Data:Image/a+b,"],
    wrong: NO_ADDRESS,
    put: (icon) => image({ name: "acme/app:v1", detail: { icon } }),
    takesMore: true,
  },
  "DataPack name": {
    right: [...NAME.right, ":v1", ":_V"],
    wrong: NAME.wrong,
    put: (name) => dataPack({ names: [name] }),
  },
  "DataPack expireTime": {
    right: ["0", "1", "23", "59", "00", "h", "1m", "m", "60s"],
    wrong: ["ms", ".", "-", " ", "000"],
    put: (expireTime) => dataPack({ expireTime }),
  },
  "User starred": { ...NAME, put: (text) => user("alice", { starred: [text] }) },
};

/** Texts for a field, `count` that admission takes and as many that it refuses, if so many are found. */
export function textsFor({ right, wrong, put }: TextField, count: number): string[] {
  const piece = fc.oneof(
    { arbitrary: fc.constantFrom(...right), weight: 8 },
    { arbitrary: fc.constantFrom(...wrong), weight: 1 },
  );
  const samples = fc.sample(fc.array(piece, { maxLength: 6 }), 100 * count);
  const texts = [...new Set(samples.map((parts) => parts.join("")))];
  const isTaken = (text: string): boolean => causesOfAdmission({ resource: put(text) }).length === 0;
  const { taken = [], refused = [] } = Object.groupBy(texts, (text) => (isTaken(text) ? "taken" : "refused"));
  return [...taken.slice(0, count), ...refused.slice(0, count)];
}
