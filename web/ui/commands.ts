/** Where the hub is, as this page reached it. */
export interface HubAddress {
  /** With the port when it is not the scheme's own: `127.0.0.1:5000`. */
  host: string;
  isPlainHttp: boolean;
}

/** A command line, and the program that runs it. */
export interface Command {
  tool: string;
  line: string;
}

/** Commands that fetch the image from this hub, the most fitting first. */
export function pullCommands(image: { name: string; tag: string; type: string }, hub: HubAddress): Command[] {
  const reference = `${hub.host}/${image.name}:${image.tag}`;
  const docker = { tool: "Docker", line: `docker pull ${reference}` };
  const podman = { tool: "Podman", line: `podman pull ${podmanFlags(hub)}${reference}` };
  const sealos = { tool: "sealos", line: `sealos run ${reference}` };
  if (image.type === "chart") return [helmPull(image, hub)];
  return image.type === "cluster" ? [sealos, docker, podman] : [docker, podman, sealos];
}

/** The tools that the push guide knows. */
export const PUSH_TOOLS = ["docker", "podman"] as const;
export type PushTool = (typeof PUSH_TOOLS)[number];

/** From nothing to a page with a README, in four steps; needs no image from elsewhere. Users push to what is theirs. */
export function pushCommands(
  tool: PushTool,
  hub: HubAddress,
  user = "admin",
): { login: string; write: string; build: string; push: string } {
  const flags = tool === "podman" ? podmanFlags(hub) : "";
  const organization = user === "admin" ? "demo" : user;
  const reference = `${hub.host}/${organization}/hello:v1`;
  return {
    login: `${tool} login ${flags}-u ${user} ${hub.host}`,
    write:
      String.raw`printf '# Hello\n\nMy first image.\n' > README.md` +
      "\n" +
      String.raw`printf 'FROM scratch\nCOPY README.md /\n' > Dockerfile`,
    build: `${tool} build -t ${reference} .`,
    push: `${tool} push ${flags}${reference}`,
  };
}

/** Commands that log in with a token, which is not asked for: it is used where nobody is there to type. */
export function tokenLoginCommands(
  { user, token }: { user: string; token: string },
  hub: HubAddress,
): Command[] {
  const line = (tool: string, flags: string) =>
    `echo ${token} | ${tool} login -u ${user} --password-stdin ${flags}${hub.host}`;
  return [
    { tool: "Docker", line: line("docker", "") },
    { tool: "Podman", line: line("podman", podmanFlags(hub)) },
  ];
}

/** Docker speaks plain HTTP to this machine; to any other it must be told to. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}

function helmPull({ name, tag }: { name: string; tag: string }, hub: HubAddress): Command {
  const flag = hub.isPlainHttp ? " --plain-http" : "";
  // An OCI tag has no `+`, which chart versions may have; Helm writes it as `_`.
  const version = tag.replaceAll("_", "+");
  return { tool: "Helm", line: `helm pull oci://${hub.host}/${name} --version ${version}${flag}` };
}

function podmanFlags(hub: HubAddress): string {
  return hub.isPlainHttp ? "--tls-verify=false " : "";
}
