import { ask, pickRepository, type Player } from "../player.ts";

/** Pages that read what the controllers and the search index write. */
export async function browse(player: Player): Promise<boolean> {
  const paths = [
    "/api/v1/search?q=word",
    "/apis/imagehub.sealos.io/v1/images?limit=50",
    `/v2/${pickRepository(player)}/tags/list?n=5`,
    "/v2/_catalog?n=2",
  ];
  const path = player.random.pick(paths) ?? "";
  await ask(player, { method: "GET", path, statuses: path.includes("tags") ? [200, 404] : [200] });
  return true;
}

/**
 * Begins a collection of garbage. On PostgreSQL one that was killed holds up the next ones for half a minute, which no
 * hub lives here: they pile up.
 */
export async function collect(player: Player): Promise<boolean> {
  const headers = { "content-type": "application/json" };
  const body = Buffer.from(JSON.stringify({ kind: "gc" }));
  await ask(player, { method: "POST", path: "/api/v1/jobs", statuses: [201, 429], headers, body });
  return true;
}
