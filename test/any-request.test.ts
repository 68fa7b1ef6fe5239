import { after, test } from "node:test";
import * as fc from "fast-check";
import { anyRequest, requestBytes, type AnyRequest } from "./attack/any-request.ts";
import { parseAnswer, sendRaw } from "./attack/raw.ts";
import { assertWellFormed } from "./attack/well-formed.ts";
import { fuzz } from "./fuzz.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "log-level": "silent" });
after(() => hub.stop());
const token = await bearer(hub, ["repository:org/app:pull,push,delete", "registry:catalog:*"], hub.admin);
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
await pushImage(hub, image, { repository: "org/app", reference: "v1" });

test("whatever is asked, the answer is one of its API's, and never a failure of the hub", async () => {
  await fuzz(fc.asyncProperty(anyRequest([hub.admin, token]), ask), 400);
});

async function ask(request: AnyRequest): Promise<void> {
  const answer = parseAnswer(await sendRaw(hub.url, requestBytes(request)));
  // Nothing at all: the connection was closed, as for a protocol that is not spoken.
  if (answer) assertWellFormed(answer, request);
}
