/** Whose API the hub speaks; clients go by it to tell what a server can. */
const KUBERNETES = { major: "1", minor: "36" };

/** `/version`: Kubernetes' `version.Info`. */
export function versionInfo(hubVersion: string): Record<string, string> {
  const { major, minor } = KUBERNETES;
  return {
    ...KUBERNETES,
    gitVersion: `v${major}.${minor}.0+imagehub.${hubVersion}`,
    gitCommit: "",
    gitTreeState: "",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "",
    compiler: "node",
    platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
  };
}
