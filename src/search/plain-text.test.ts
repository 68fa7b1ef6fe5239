import assert from "node:assert/strict";
import { test } from "node:test";
import { plainTextOf } from "./plain-text.ts";

test("plainTextOf() keeps what a reader sees", () => {
  const markdown = `
# MySQL server
<p align="center"><img src="https://example.com/logo.svg"></p>
<!-- a comment -->
A **fast** [database](https://example.com/a_b?c=d "title") ![badge](https://img.example/x.svg).

\`\`\`sh
docker run mysql
\`\`\`
| Port | Use |
|------|:----|
| 3306 | SQL |
- one
`;
  assert.equal(
    plainTextOf(markdown),
    "MySQL server A fast database badge . docker run mysql Port Use 3306 SQL one",
  );
});

test("plainTextOf() takes hostile text in time that grows with its length", () => {
  for (const piece of ["![", "[a](", "<a ", "<!--", "[![](", "|--", "# ", "`", "\n> "]) {
    const text = piece.repeat((64 * 1024) / piece.length);
    assert.ok(plainTextOf(text).length <= text.length);
  }
});
