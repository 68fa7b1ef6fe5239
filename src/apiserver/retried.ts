import { AlreadyExistsError, ConflictError } from "../resource-store/errors.ts";
import type { WriteRequest } from "./write-request.ts";

/** Kubernetes tries for as long as a request lasts; here those that were beaten once take turns, so that few are needed. */
const MAX_ATTEMPTS = 20;

/**
 * Makes a change of one resource anew when somebody wrote between its look at what is there and its write.
 * @param prepare looks, decides, and gives what writes
 * @throws ConflictError, AlreadyExistsError of the last attempt
 */
export async function retried<T>(
  { kind, inTurn }: Pick<WriteRequest, "kind" | "inTurn">,
  name: string,
  prepare: () => Promise<() => Promise<T>>,
): Promise<T> {
  const first = await attempt(prepare);
  if ("written" in first) return first.written;
  // Nobody comes here who may not write: no turn tells of what somebody may not see.
  return inTurn(`${kind}/${name}`, async () => {
    for (let attempts = 2; ; attempts += 1) {
      const again = await attempt(prepare);
      if ("written" in again) return again.written;
      if (attempts === MAX_ATTEMPTS) throw again.lost;
    }
  });
}

type Attempt<T> = { written: T } | { lost: ConflictError | AlreadyExistsError };

/** What a look decides is final, a conflict too: that is about what the request says. */
async function attempt<T>(prepare: () => Promise<() => Promise<T>>): Promise<Attempt<T>> {
  const write = await prepare();
  try {
    return { written: await write() };
  } catch (error) {
    if (error instanceof ConflictError || error instanceof AlreadyExistsError) return { lost: error };
    throw error;
  }
}
