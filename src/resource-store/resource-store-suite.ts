import { after, before, describe } from "node:test";
import type { ResourceStore } from "./port.ts";
import { testDocs } from "./suite/docs.ts";
import { testLists } from "./suite/lists.ts";
import { testPages } from "./suite/pages.ts";
import { testWatches } from "./suite/watches.ts";
import { testWrites } from "./suite/writes.ts";

/** A store under test, with nothing in it. */
export interface StoreUnderTest {
  store: ResourceStore;
  /** Makes the store forget all changes so far, as time does. */
  forgetHistory(): Promise<void>;
  close(): Promise<void>;
}

/** A watch that is told nothing waits for ever: a test of one that is broken ends by this. */
const TIMEOUT_MS = 60_000;

/** What every ResourceStore does alike. */
export function testResourceStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, { timeout: TIMEOUT_MS }, () => {
    let opened: StoreUnderTest;
    before(async () => {
      opened = await open();
    });
    after(() => opened.close());

    testWrites(() => opened);
    testDocs(() => opened);
    testLists(() => opened);
    testPages(() => opened);
    testWatches(() => opened);
  });
}
