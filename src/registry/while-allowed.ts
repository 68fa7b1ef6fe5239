import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { Exchange } from "./exchange.ts";

/** A right that is taken away ends what goes on by it within this time. */
export const ASK_EVERY_MS = 1000;

/**
 * A body that is taken in as long as its sender may push: a layer may come for hours, and a token that is revoked, or
 * a member who has left, ends it.
 * @throws OciError DENIED
 */
export async function* whileAllowed(
  { access, authorization }: Pick<Exchange, "access" | "authorization">,
  repository: RepositoryName,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let askedAt = performance.now();
  for await (const chunk of body) {
    yield chunk;
    if (performance.now() - askedAt < ASK_EVERY_MS) continue;
    const { actions } = await access.actions(authorization.subject, repository);
    if (!actions.has("push"))
      throw new OciError("DENIED", `Cannot push to ${repository}: you may not, or no longer`);
    askedAt = performance.now();
  }
}
