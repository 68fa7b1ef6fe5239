/** A list that ends before it is larger than so many bytes as JSON, for results that are kept and shown. */
export interface BoundedList<T> {
  items: T[];
  /** @returns false when there is no room for it, nor for any that comes after */
  add(item: T): boolean;
}

export function createBoundedList<T>(maxBytes: number): BoundedList<T> {
  const items: T[] = [];
  let bytes = 0;
  return {
    items,
    add(item) {
      bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
      if (bytes > maxBytes) return false;
      items.push(item);
      return true;
    },
  };
}
