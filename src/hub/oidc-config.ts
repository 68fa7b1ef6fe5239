import { readFileSync } from "node:fs";
import { isReservedName, isUserName } from "../auth/account-rules.ts";
import type { GroupRole, OidcConfig, RequiredClaim } from "../auth/oidc/config.ts";
import { ConfigError } from "./errors.ts";
import { isLoopback } from "./loopback.ts";
import { parseList } from "./list.ts";
import type { SettingName } from "./settings.ts";

/**
 * The provider of OpenID Connect that settings describe; undefined when they name none.
 * @param value a setting, or its default
 * @throws ConfigError
 */
export function parseOidc(
  value: (name: SettingName) => string | undefined,
  { registration, secret }: { registration: OidcConfig["registration"]; secret: string | undefined },
): OidcConfig | undefined {
  const [issuer, clientId] = [value("oidc-issuer"), value("oidc-client-id")];
  if (issuer === undefined && clientId === undefined) return undefined;
  if (!issuer || !clientId)
    throw new ConfigError("Cannot use oidc-issuer and oidc-client-id: expected both or none");
  const url = parseIssuer(issuer);
  return {
    issuer: url.href,
    clientId,
    clientSecret: readSecret(value("oidc-client-secret-file")) ?? secret,
    name: value("oidc-name") ?? url.host,
    scopes: parseScopes(value("oidc-scopes")),
    nameClaim: value("oidc-name-claim") ?? "",
    groupsClaim: value("oidc-groups-claim") ?? "",
    groupRoles: parseList(value("oidc-groups")).map(parseGroupRole),
    required: parseList(value("oidc-require")).map(parseRequired),
    registration: (value("oidc-registration") as OidcConfig["registration"] | undefined) ?? registration,
  };
}

function parseIssuer(text: string): URL {
  const url = URL.parse(text);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url && isSafe && url.search === "" && url.hash === "" && url.username === "") return url;
  throw new ConfigError(
    `Cannot take oidc-issuer ${JSON.stringify(text)}: expected the provider's issuer, an https address, for example https://id.example.com/realms/main`,
  );
}

function readSecret(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    const secret = readFileSync(file, "utf8").trim();
    if (secret !== "") return secret;
  } catch (error) {
    throw new ConfigError(
      `Cannot read oidc-client-secret-file ${JSON.stringify(file)}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  throw new ConfigError(`Cannot take oidc-client-secret-file ${JSON.stringify(file)}: it is empty`);
}

/** Without `openid` a provider tells nobody's identity (OpenID Connect Core §3.1.2.1). */
function parseScopes(text: string | undefined): string[] {
  const scopes = parseList(text?.replaceAll(" ", ","));
  if (scopes.includes("openid")) return scopes;
  throw new ConfigError(`Cannot take oidc-scopes ${JSON.stringify(text)}: expected openid among them`);
}

function parseGroupRole(text: string): GroupRole {
  const match = /^(?<group>.+)=(?<organization>[^=:]+):(?<role>owner|publisher|reader)$/.exec(text);
  const { group = "", organization = "", role = "" } = match?.groups ?? {};
  if (match && isUserName(organization) && !isReservedName(organization)) {
    return { group, organization, role: role as GroupRole["role"] };
  }
  throw new ConfigError(
    `Cannot take oidc-groups ${JSON.stringify(text)}: expected GROUP=ORGANIZATION:ROLE with owner, publisher or reader, for example devs=team:publisher`,
  );
}

function parseRequired(text: string): RequiredClaim {
  const equals = text.indexOf("=");
  if (equals > 0 && equals < text.length - 1) {
    return { claim: text.slice(0, equals), value: text.slice(equals + 1) };
  }
  throw new ConfigError(
    `Cannot take oidc-require ${JSON.stringify(text)}: expected CLAIM=VALUE, for example hd=example.com`,
  );
}
