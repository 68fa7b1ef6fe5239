import { AlreadyExistsError, ConflictError } from "../resource-store/errors.ts";

/** Kubernetes' own number: when somebody writes all the time, the others are told of the conflict. */
const MAX_ATTEMPTS = 5;

/**
 * Makes a change anew when somebody wrote between its look at what is there and its write.
 * @param prepare looks, decides, and gives what writes
 * @throws ConflictError, AlreadyExistsError of the last attempt
 */
export async function retried<T>(prepare: () => Promise<() => Promise<T>>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const write = await prepare();
    try {
      return await write();
    } catch (error) {
      const isRace = error instanceof ConflictError || error instanceof AlreadyExistsError;
      if (!isRace || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
