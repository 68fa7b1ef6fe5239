import { setImmediate } from "node:timers/promises";
import { alone, ask, beginUpload, blobPlace, pickRepository, type Player } from "../player.ts";
import { UPLOAD_KEPT_MS, type Session } from "../sessions.ts";

/** Begins an upload, sends some of it, and leaves it there. */
export async function leaveUpload(player: Player): Promise<boolean> {
  const { random, library } = player;
  const digest = library.blob(random.bytes(random.integer(10, 3_000_000)));
  const session = await beginUpload(player, { repository: pickRepository(player), digest });
  return working(session, async () => {
    for (let part = random.integer(0, 3); part > 0; part -= 1) await sendPart(player, session);
    return true;
  });
}

/** Goes on with one that was left, perhaps by a hub that was killed since; most often to its end. */
export async function continueUpload(player: Player): Promise<boolean> {
  const session = pickSession(player);
  if (!session) return false;
  return working(session, async () => {
    await sendPart(player, session);
    return player.random.chance(0.3) || finishAlone(player, session);
  });
}

export async function cancelUpload(player: Player): Promise<boolean> {
  const session = pickSession(player);
  if (!session) return false;
  return working(session, async () => {
    session.ending = "cancel";
    await ask(player, { method: "DELETE", path: session.location, statuses: [204] });
    player.sessions.delete(session);
    return true;
  });
}

/** Sends what is left of an upload in parts, and ends it. The caller has the blob's place for itself. */
export async function finishInParts(player: Player, session: Session): Promise<boolean> {
  return working(session, async () => {
    for (let part = player.random.integer(0, 3); part > 0; part -= 1) await sendPart(player, session);
    return finish(player, session);
  });
}

/** Sends all that is left with the request that ends an upload. */
export async function finishAtOnce(player: Player, session: Session): Promise<boolean> {
  return working(session, () => finish(player, session));
}

function pickSession({ random, sessions, ledger }: Player): Session | undefined {
  return random.pick([...sessions].filter(({ busy, keptUntil }) => !busy && keptUntil > ledger.now()));
}

async function working(session: Session, work: () => Promise<boolean>): Promise<boolean> {
  session.busy = true;
  try {
    return await work();
  } finally {
    session.busy = false;
  }
}

/** One chunk, by length or streamed. */
async function sendPart(player: Player, session: Session): Promise<void> {
  const { random, ledger } = player;
  const left = session.bytes.length - session.acknowledged;
  // The answer to one byte is that to none: see heldBytes().
  if (left < 2) return;
  const from = session.acknowledged;
  const part = session.bytes.subarray(from, from + random.integer(2, left));
  session.sent = from + part.length;
  const streamed = random.chance(0.3);
  await ask(player, {
    method: "PATCH",
    path: session.location,
    statuses: [202],
    headers: streamed ? {} : { "content-range": `${from}-${session.sent - 1}` },
    body: streamed ? inPieces(part) : part,
  });
  session.acknowledged = session.sent;
  session.keptUntil = ledger.now() + UPLOAD_KEPT_MS;
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) {
    yield bytes.subarray(at, at + 65_536);
    await setImmediate();
  }
}

function finishAlone(player: Player, session: Session): Promise<boolean> {
  const places = [blobPlace(session.repository, session.digest)];
  return alone(player, places, () => finish(player, session));
}

async function finish(player: Player, session: Session): Promise<boolean> {
  const { repository, digest, bytes } = session;
  const rest = bytes.subarray(session.acknowledged);
  session.sent = bytes.length;
  session.ending = "finish";
  await player.ledger.change([{ ...blobPlace(repository, digest), to: digest }], async () => {
    await ask(player, {
      method: "PUT",
      path: `${session.location}?digest=${digest}`,
      statuses: [201],
      ...(rest.length > 0 && { body: rest }),
    });
    return true;
  });
  player.sessions.delete(session);
  return true;
}
