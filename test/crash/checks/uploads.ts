import assert from "node:assert/strict";
import { blobPlace, type Player } from "../player.ts";
import type { Session } from "../sessions.ts";

/**
 * Asks for every upload that was not ended: it goes on at what was acknowledged or sent since, or has ended.
 * @param options.mayBeEmptied a disk that cannot say what it lost makes uploads begin anew; default false
 */
export async function checkUploads(
  player: Player,
  { mayBeEmptied = false }: { mayBeEmptied?: boolean } = {},
): Promise<void> {
  for (const session of player.sessions) await checkUpload(player, session, mayBeEmptied);
}

async function checkUpload(
  { send, ledger, sessions }: Player,
  session: Session,
  mayBeEmptied: boolean,
): Promise<void> {
  const { acknowledged, sent, ending, location } = session;
  const answer = await send("GET", location);
  if (answer.status === 404) {
    const mayBeGone = ending !== undefined || session.keptUntil <= ledger.now();
    assert.ok(mayBeGone, `upload ${location} is gone, which had ${acknowledged} bytes`);
    sessions.delete(session);
    return;
  }
  assert.equal(answer.status, 204, location);
  const held = heldBytes(answer.headers);
  // What had become a blob before the row was removed has no bytes left: a client begins anew.
  const isEmptied = (ending !== undefined || mayBeEmptied) && held === 0;
  const range = `${acknowledged} to ${sent}`;
  assert.ok(
    isEmptied || (acknowledged <= held && held <= sent),
    `upload ${location} holds ${held} bytes, expected ${range}`,
  );
  session.acknowledged = held;
  session.sent = held;
  session.ending = undefined;
  session.busy = false;
}

/** `0-0` is an upload without bytes; none of one byte is ever sent. */
function heldBytes(headers: Headers): number {
  const last = Number(headers.get("range")?.split("-")[1]);
  return last === 0 ? 0 : last + 1;
}

/** Ends some of the uploads that are there, with all their bytes. */
export async function finishUploads(player: Player, count: number): Promise<void> {
  const { send, random, sessions, ledger } = player;
  for (const session of random.sample([...sessions], count)) {
    const { repository, digest, bytes, acknowledged, location } = session;
    const rest = Buffer.from(bytes.subarray(acknowledged));
    await ledger.change([{ ...blobPlace(repository, digest), to: digest }], async () => {
      const answer = await send("PUT", `${location}?digest=${digest}`, {
        ...(rest.length > 0 && { body: rest }),
      });
      assert.equal(answer.status, 201, `${location} at ${acknowledged}: ${answer.bytes.toString()}`);
      return true;
    });
    sessions.delete(session);
  }
}
