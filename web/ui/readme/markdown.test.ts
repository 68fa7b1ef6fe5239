import assert from "node:assert/strict";
import { test } from "node:test";
import { toHtml } from "./html-in-tests.ts";
import { renderMarkdown } from "./markdown.ts";

const DIALECT: Record<string, { markdown: string; expected: RegExp }> = {
  "a table with its alignment": {
    markdown: "| a | b |\n|:-:|--:|\n| 1 | 2 |",
    expected: /<table>.*<th style="text-align:center">a<\/th>/s,
  },
  "a task list": {
    markdown: "- [x] done\n- [ ] open",
    expected: /<li class="task-list-item"><input type="checkbox" disabled="" checked=""\/> done/,
  },
  "an alert": {
    markdown: "> [!WARNING]\n> Careful",
    expected:
      /<div class="markdown-alert markdown-alert-warning" dir="auto">\s*<p class="markdown-alert-title" dir="auto">WARNING/,
  },
  "an emoji": { markdown: ":rocket: :+1: :no_such_emoji:", expected: /🚀 👍 :no_such_emoji:/u },
  strikethrough: { markdown: "~~gone~~", expected: /<del>gone<\/del>/ },
  "a bare address": { markdown: "see www.example.com", expected: /<a href="http:\/\/www\.example\.com\/"/ },
  "a footnote that leads there and back": {
    markdown: "x[^a]\n\n[^a]: note",
    expected:
      /<a href="#user-content-fn-a" id="user-content-fnref-a".*<li id="user-content-fn-a">.*<a href="#user-content-fnref-a"/s,
  },
  "a centred picture of a set width": {
    markdown: '<p align="center"><img src="https://a.example/l.png" width="120" alt="logo"></p>',
    expected: /<p align="center"><img src="https:\/\/a\.example\/l\.png" width="120" alt="logo"/,
  },
  "a picture for dark pages": {
    markdown:
      "<picture><source media='(prefers-color-scheme: dark)' srcset='https://a.example/d.png, https://a.example/d2.png 2x'><img src='https://a.example/l.png'></picture>",
    expected:
      /<source media="\(prefers-color-scheme: dark\)" srcSet="https:\/\/a\.example\/d\.png, https:\/\/a\.example\/d2\.png 2x"\/>/,
  },
  "details, keys, sub and sup": {
    markdown:
      "<details><summary>More</summary>\n\n**in** <kbd>Ctrl</kbd> H<sub>2</sub>O x<sup>2</sup>\n\n</details>",
    expected:
      /<details><summary>More<\/summary>.*<strong>in<\/strong> <kbd>Ctrl<\/kbd> H<sub>2<\/sub>O x<sup>2<\/sup>/s,
  },
  "a heading with its anchor, and a link to it": {
    markdown: "## Quick start\n\n[go](#quick-start)",
    expected:
      /<h2 id="user-content-quick-start">Quick start<\/h2>\s*<p><a href="#user-content-quick-start">go/,
  },
  "a Chinese heading with its anchor": {
    markdown: "## 快速开始",
    expected: /<h2 id="user-content-快速开始">/,
  },
  "coloured code": {
    markdown: "```bash\nif true; then echo 1; fi\n```",
    expected: /<span class="hljs-keyword">if<\/span>/,
  },
  "a Dockerfile": {
    markdown: "```dockerfile\nFROM scratch\n```",
    expected: /<span class="hljs-keyword">FROM<\/span>/,
  },
  "code of an unknown language as it is": {
    markdown: "```nosuch\na < b\n```",
    expected: /<code class="[^"]*language-nosuch">a &lt; b/,
  },
  "angle brackets that are no element": {
    markdown: "`docker pull <name>` \\<name>",
    expected: /<code>docker pull &lt;name&gt;<\/code> &lt;name&gt;/,
  },
};

for (const [name, { markdown, expected }] of Object.entries(DIALECT)) {
  test(`GitHub's dialect: ${name}`, () => assert.match(toHtml(markdown), expected));
}

test("relative links lead into the source repository where the home page is one", () => {
  const markdown = "[a](docs/x.md#y) [b](/LICENSE) ![c](./logo.png)";
  const html = toHtml(markdown, "github.com/nodejs/docker-node.git");
  assert.match(html, /href="https:\/\/github\.com\/nodejs\/docker-node\/blob\/HEAD\/docs\/x\.md#y"/);
  assert.match(html, /href="https:\/\/github\.com\/nodejs\/docker-node\/blob\/HEAD\/LICENSE"/);
  assert.match(html, /src="https:\/\/github\.com\/nodejs\/docker-node\/raw\/HEAD\/logo\.png"/);
});

test("relative links lead nowhere without a source repository", () => {
  for (const home of [undefined, "https://nodejs.org", "https://github.com/nodejs", "javascript:alert(1)"]) {
    assert.equal(toHtml("[a](docs/x.md)", home), "<p><a>a</a></p>");
    assert.equal(toHtml("![a](x.png)", home), '<p><img alt="a"/></p>');
  }
});

test("the outline names the headings, without those that only screen readers see", () => {
  const markdown = "# One `code`\n\n## Two\n\n#### Too deep\n\ntext[^1]\n\n[^1]: note";
  const { outline } = renderMarkdown({
    markdown,
    home: undefined,
    labels: { footnotes: "F", backToText: "B" },
  });
  assert.deepEqual(outline, [
    { id: "user-content-one-code", text: "One code", level: 1 },
    { id: "user-content-two", text: "Two", level: 2 },
  ]);
});

test("a README that would hold up the browser is refused", () => {
  assert.throws(() => toHtml(`|a|\n|-|\n${"|x|\n".repeat(16_000)}`), /at most 30000 elements/);
  assert.throws(() => toHtml("<div>".repeat(10_000)), RangeError);
});
