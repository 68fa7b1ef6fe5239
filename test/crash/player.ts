import { WrongAnswerError, type Answer, type Asked, type Send } from "./connection.ts";
import type { Ledger, Place } from "./ledger.ts";
import type { Library, WrittenImage } from "./library.ts";
import type { Random } from "./random.ts";
import { UPLOAD_KEPT_MS, type Session } from "./sessions.ts";

/** Who asks a hub for changes, at random, and notes what it answers. */
export interface Player {
  send: Send;
  random: Random;
  ledger: Ledger;
  library: Library;
  sessions: Set<Session>;
  /** Where it works; in their organizations nobody else does. */
  repositories: readonly string[];
}

/** Few, so that they move. */
const TAGS = Array.from({ length: 12 }, (_, index) => `v${index}`);

export function pickRepository({ random, repositories }: Player): string {
  return random.pick(repositories) ?? "";
}

export function pickTag({ random }: Player): string {
  return random.pick(TAGS) ?? "";
}

/** An image that a repository has for sure. */
export function pickImage(
  { random, ledger, library }: Player,
  { where = () => true }: { where?: (image: WrittenImage) => boolean } = {},
): { repository: string; image: WrittenImage } | undefined {
  const there = ledger.entries().filter((entry) => {
    const image = entry.kind === "manifest" ? library.images.get(entry.name) : undefined;
    return image && ledger.certain(entry) !== undefined && where(image);
  });
  const entry = random.pick(there);
  const image = entry && library.images.get(entry.name);
  return image && { repository: entry.repository, image };
}

/**
 * Asks for one thing.
 * @param statuses those that may be answered
 * @throws WrongAnswerError, UnsureError
 */
export async function ask(
  { send }: Player,
  { method, path, statuses, ...asked }: { method: string; path: string; statuses: number[] } & Asked,
): Promise<Answer> {
  const answer = await send(method, path, asked);
  if (!statuses.includes(answer.status)) {
    throw new WrongAnswerError(`${method} ${path}, expected ${statuses.join(" or ")}`, answer);
  }
  return answer;
}

/** Works while nobody else works on these places. @returns false when somebody does */
export async function alone(
  { ledger }: Player,
  places: readonly Place[],
  work: () => Promise<boolean>,
): Promise<boolean> {
  const release = ledger.claim(places);
  if (!release) return false;
  try {
    return await work();
  } finally {
    release();
  }
}

export function blobPlace(repository: string, digest: string): Place {
  return { kind: "blob", repository, name: digest };
}

export function manifestPlace(repository: string, digest: string): Place {
  return { kind: "manifest", repository, name: digest };
}

export function tagPlace(repository: string, tag: string): Place {
  return { kind: "tag", repository, name: tag };
}

/** Begins an upload. */
export async function beginUpload(
  player: Player,
  { repository, digest, location }: { repository: string; digest: string; location?: string },
): Promise<Session> {
  const path = `/v2/${repository}/blobs/uploads/`;
  const begun = location ?? locationOf(await ask(player, { method: "POST", path, statuses: [202] }));
  const session: Session = {
    repository,
    digest,
    bytes: player.library.blobs.get(digest) ?? Buffer.alloc(0),
    location: begun,
    acknowledged: 0,
    sent: 0,
    keptUntil: player.ledger.now() + UPLOAD_KEPT_MS,
    ending: undefined,
    busy: true,
  };
  player.sessions.add(session);
  return session;
}

export function locationOf(answer: Answer): string {
  return answer.headers.get("location") ?? "";
}
