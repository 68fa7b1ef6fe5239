import { image, organization, repository, type Case } from "../case.ts";

const noParser = "CEL parses less than browsers take: isURL() refuses some addresses that are right";

function url(address: string, celCannot?: string): Case {
  const resource = organization("acme", { url: address });
  return { title: `url: ${JSON.stringify(address)}`, resource, ...(celCannot && { celCannot }) };
}

function icon(address: string, celCannot?: string): Case {
  const resource = image({ name: "acme/app:v1", detail: { icon: address } });
  return { title: `icon: ${JSON.stringify(address)}`, resource, ...(celCannot && { celCannot }) };
}

function keyword(word: string): Case {
  const resource = repository({ name: "acme/app", keywords: ["first", word] });
  return { title: `keyword: ${JSON.stringify(word)}`, resource };
}

function pattern(text: string): Case {
  const resource = repository({ name: "acme/app", immutableTags: ["v*", text] });
  return { title: `immutable tag: ${JSON.stringify(text)}`, resource };
}

/** Addresses, keywords and patterns. */
export const WORDS: Case[] = [
  ...["", "www.mysql.com", "mysql.com/a?b#c", "localhost:8080", "localhost:8080/a", "10.0.0.1"].map((text) =>
    url(text),
  ),
  ...["https://mysql.com", "HTTP://mysql.com:80", "https:mysql.com", "mysql.com/a:b", "mysql.com/100%"].map(
    (text) => url(text),
  ),
  ...[
    "例子.中国/首页",
    "//mysql.com",
    "//mysql.com/a b",
    "a b",
    " a",
    "a\u00a0b",
    "a\u2028b",
    "a\ufeffb",
    "a\u0000b",
    "a\u0085b",
  ].map((text) => url(text)),
  ...[
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "ftp://mysql.com",
    "mailto:a@b.c",
    "data:text/html,a",
  ].map((text) => url(text)),
  ...["data:image/png;base64,AAAA", "https://mysql.com\n", "httpss://a", "x-web+a.b:c", "localhost:80a"].map(
    (text) => url(text),
  ),
  url("https://", noParser),
  url("http://[", noParser),
  url("a<b", noParser),
  ...[
    "",
    "https://mysql.com/a.png",
    "mysql.com/a.png",
    "data:image/png;base64,AAAA",
    "DATA:Image/SVG+xml,<svg viewBox='0 0 1 1'/>",
  ].map((text) => icon(text)),
  ...["data:text/html,a", "data:image/png", "javascript:alert(1)", "a b", "ftp://mysql.com/a.png"].map(
    (text) => icon(text),
  ),
  icon("https://", noParser),
  ...["database", "a b", "数据库", "C++", "a\u200bb", "\u200ba"].map(keyword),
  ...[" a", "a ", "\u3000a", "a\ufeff", "a\nb", "\u0000", "a\u007f", "a\u0085b", " "].map(keyword),
  ...["v1", "*", "v*.*", "_x-1", "V1"].map(pattern),
  ...["", "v[0-9]", "a b", "v1:v2", "a/b", "a\n"].map(pattern),
];
