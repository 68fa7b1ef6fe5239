import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as assertProperty, constantFrom, property } from "fast-check";
import { toHtml } from "./html-in-tests.ts";

/** Elements that run, frame, ask, style, play or move. */
const FORBIDDEN_ELEMENTS =
  /^(?:script|style|iframe|frame|object|embed|applet|form|button|textarea|select|link|meta|base|svg|math|audio|video|template|dialog|marquee)$/;

/** Attributes that must not come out, or not with that value, whatever went in. */
const FORBIDDEN_ATTRIBUTES: { what: string; name: RegExp; value: RegExp }[] = [
  { what: "an event handler", name: /^on/, value: /^/ },
  { what: "what a form does", name: /^(?:action|method|enctype|formaction)$/, value: /^/ },
  { what: "a style", name: /^style$/, value: /^/ },
  { what: "what takes the keyboard", name: /^(?:accesskey|tabindex|autofocus|contenteditable)$/, value: /^/ },
  {
    what: "an address that runs or carries its content",
    name: /^(?:href|src|poster|background|cite|longdesc)$/,
    value: /^(?!https?:\/\/|#|mailto:|xmpp:|ircs?:)/,
  },
  { what: "a picture that carries its content", name: /^srcset$/, value: /(?:^|,\s*)(?!https?:\/\/)[^\s,]/ },
  { what: "an id without its prefix", name: /^(?:id|name)$/, value: /^(?!user-content-)/ },
  {
    what: "a class that the page's own style has a meaning for",
    name: /^class$/,
    value: /\b(?:mantine|visually-hidden|evil)/,
  },
  { what: "an input that asks", name: /^type$/, value: /^(?!checkbox$)/ },
];

const HOSTILE: Record<string, string> = {
  script: "<script>alert(1)</script>",
  "script in capitals, split by a NUL": "<ScRiPt\u0000>alert(1)</sCrIpT>",
  "script in a list": "- a\n- <script src=//evil.example/x.js></script>\n- b",
  "unclosed script": "text <script>alert(1)",
  "event handler on a picture":
    '<img src=x onerror=alert(1)> <img src="https://a.example/b.png" onload="alert(1)">',
  "event handler without quotes or space": '<img/src="https://a.example/b.png"/onerror=alert(1)>',
  "event handler on details": "<details open ontoggle=alert(1)><summary>x</summary></details>",
  "javascript link": "[a](javascript:alert(1)) <a href='javascript:alert(1)'>b</a>",
  "javascript link, written otherwise":
    "[a](JaVaScRiPt:alert(1)) [b](java\nscript:alert(1)) <a href='&#106;avascript:alert(1)'>c</a>",
  "javascript link behind a control character":
    "<a href='\u0001javascript:alert(1)'>a</a> <a href='java\tscript:alert(1)'>b</a>",
  "javascript in a reference": "[a][x]\n\n[x]: javascript:alert(1)",
  "javascript autolink": "<javascript:alert(1)>",
  "vbscript and file links": "[a](vbscript:x) [b](file:///etc/passwd) [c](blob:https://a.example/1)",
  "data link": "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "data picture":
    "![a](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=) <img src='data:image/svg+xml,<svg onload=alert(1)>'>",
  "data in srcset":
    "<picture><source srcset='data:image/svg+xml,x 1x, https://a.example/b.png 2x'><img src='https://a.example/b.png'></picture>",
  "style element": "<style>body{display:none}</style><style>@import url(https://evil.example/t.css);</style>",
  "style attribute": '<div style="position:fixed;inset:0;background:url(https://evil.example/t.gif)">x</div>',
  iframe: '<iframe src="https://evil.example"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe>',
  "object, embed, applet": '<object data="x.swf"></object><embed src="x.swf"><applet code="x"></applet>',
  form: '<form action="/api/v1/session" method="post"><input name="name"><button>Log in</button></form>',
  "input that asks":
    '<input type="password" name="password" autofocus> <input type="image" src="https://a.example/b.png">',
  "svg with a script":
    '<svg><script>alert(1)</script><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  "svg animation": "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
  "math that confuses parsers":
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  "noscript that confuses parsers":
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  "comment that confuses parsers": "<!--><img src=x onerror=alert(1)>-->",
  "base, meta and link":
    '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example"><link rel="stylesheet" href="https://evil.example/t.css">',
  "clobbering ids":
    '<a id="root" name="main">x</a><img name="querySelector"><p id="__proto__">y</p><h1 id="constructor">z</h1>',
  "clobbering headings": "# root\n\n# main\n\n# __proto__\n\n# constructor",
  "classes of the page":
    '<div class="mantine-Button-root evil visually-hidden">x</div><code class="evil language-js">1</code>',
  "taking the keyboard":
    '<a href="https://a.example" tabindex="1" accesskey="s" contenteditable autofocus>x</a>',
  "media that play":
    '<video autoplay src="https://a.example/v.mp4"></video><audio autoplay src="https://a.example/a.mp3"></audio>',
  "background tracker":
    '<table background="https://evil.example/t.gif"><tr><td background="https://evil.example/t.gif">x</td></tr></table>',
  "cite and longdesc":
    '<blockquote cite="javascript:alert(1)">x</blockquote><img longdesc="javascript:alert(1)" src="https://a.example/b.png">',
  "links into the hub":
    "[a](/api/v1/session) [b](../../x) <img src='/api/v1/me'> ![c](./x.png) [d](/\\evil.example)",
  "script in a footnote": "x[^1]\n\n[^1]: <script>alert(1)</script> [a](javascript:alert(1))",
  "script in a table": "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
  "script in an alert": "> [!NOTE]\n> <script>alert(1)</script>",
  "script in code is text":
    "```html\n<script>alert(1)</script>\n```\n\n`<img src=x onerror=alert(1)>`".replaceAll(
      "onerror=",
      "on​error=",
    ),
  "language of code that is no name": '```js" onmouseover="alert(1)\n1\n```',
};

/** Beginnings and ends that could join into something that none of them is alone. */
const SCRAPS = [
  "<",
  ">",
  "</",
  "<!--",
  "-->",
  "`",
  "```",
  '"',
  "'",
  "=",
  "(",
  ")",
  "[",
  "]",
  "![",
  "\n",
  "\n\n",
  "> ",
  "- ",
  "| ",
  " ",
  "&#x3c;",
  "<a href='",
  "<img src=x ",
  "onerror=alert(1) ",
  "javascript:",
  "<svg>",
  "<table>",
  "<p>",
];

for (const [name, markdown] of Object.entries(HOSTILE)) {
  test(`a hostile README does nothing: ${name}`, () => {
    const html = toHtml(`before\n\n${markdown}\n\nafter`);
    assertHarmless(html);
    assert.match(html, /before/);
  });
}

test("scraps of hostile READMEs, joined at random, do nothing either", () => {
  const scraps = [
    ...Object.values(HOSTILE),
    ...Object.values(HOSTILE).map((text) => text.slice(0, text.length / 2)),
    ...SCRAPS,
  ];
  assertProperty(
    property(array(constantFrom(...scraps), { maxLength: 12 }), (parts) =>
      assertHarmless(toHtml(parts.join(""))),
    ),
    { numRuns: 200 },
  );
});

test("a style element leaves no text behind either", () => {
  assert.doesNotMatch(toHtml("<style>body{display:none}</style>"), /display/);
});

test("links to other sites give away neither rank nor window nor address", () => {
  const html = toHtml(
    "[a](https://a.example/x) https://b.example //c <a href='//d.example/y' rel='opener' target='_self'>d</a>",
  );
  const links = html.match(/<a [^>]*>/g) ?? [];
  assert.equal(links.length, 3);
  for (const link of links) assert.match(link, /rel="nofollow noopener noreferrer" target="_blank"/);
});

test("pictures from elsewhere load late and do not tell where they are shown", () => {
  assert.match(
    toHtml("![a](https://a.example/b.png)"),
    /<img src="https:\/\/a\.example\/b\.png" alt="a" loading="lazy" decoding="async" referrerPolicy="no-referrer"\/>/,
  );
});

function assertHarmless(html: string) {
  for (const { element, attributes } of tagsOf(html)) {
    assert.doesNotMatch(element, FORBIDDEN_ELEMENTS);
    for (const [attribute, content] of attributes) {
      for (const { what, name, value } of FORBIDDEN_ATTRIBUTES) {
        assert.ok(
          !(name.test(attribute) && value.test(content)),
          `${what}: ${attribute}="${content}" in ${html}`,
        );
      }
    }
    if (element === "input") assert.ok(attributes.has("disabled"), "a checkbox that can be changed");
  }
}

/** The tags of what React wrote, which quotes every value and escapes every quote. */
function tagsOf(html: string) {
  return [...html.matchAll(/<([a-z][^\s/>]*)((?:\s+[^\s=/>]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
    ([, name = "", rest = ""]) => ({
      element: name.toLowerCase(),
      attributes: new Map(
        [...rest.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)].map(([, key = "", value = ""]) => [
          key.toLowerCase(),
          value,
        ]),
      ),
    }),
  );
}
