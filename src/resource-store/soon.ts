/** A value that is there, or will be: what is known needs no wait, and no promise. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value: at once, when it is there. */
export function andThen<T, U>(value: Soon<T>, use: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
