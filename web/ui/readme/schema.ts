import { defaultSchema, type Options } from "rehype-sanitize";

type Attributes = NonNullable<Options["attributes"]>;

/** Attributes that GitHub lets through and that could only take the keyboard away, or act where a form is. */
const DROPPED_ATTRIBUTES = new Set(["accessKey", "tabIndex", "action", "method", "encType", "acceptCharset"]);

/** Elements that go with all that is in them: their content is no text for readers. */
const STRIPPED = [
  "script",
  "style",
  "title",
  "template",
  "iframe",
  "object",
  "textarea",
  "select",
  "svg",
  "math",
];

const inherited: Attributes = defaultSchema.attributes ?? {};

/**
 * What a README may hold: GitHub's list, and the classes of its alerts. `id` and `name` get a prefix, so that no
 * element takes the place of something the page's scripts look up.
 */
export const readmeSchema: Options = {
  ...defaultSchema,
  strip: STRIPPED,
  attributes: {
    ...inherited,
    "*": (inherited["*"] ?? []).filter((name) => !DROPPED_ATTRIBUTES.has(String(name))),
    div: [
      ...(inherited.div ?? []),
      ["className", "markdown-alert", /^markdown-alert-(?:note|tip|important|warning|caution)$/],
    ],
    p: [...(inherited.p ?? []), ["className", "markdown-alert-title"]],
  },
};
