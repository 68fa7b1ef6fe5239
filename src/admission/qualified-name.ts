/** Kubernetes' rules of names and labels, in its words: k8s.io/apimachinery/pkg/util/validation. */
const DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DNS_SUBDOMAIN = String.raw`${DNS_LABEL}(\.${DNS_LABEL})*`;
const NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const VALUE = `(${NAME})?`;

const MAX_DNS_SUBDOMAIN = 253;
const MAX_NAME = 63;

const SUBDOMAIN_RULE = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${DNS_SUBDOMAIN}')`;
const NAME_CHARACTERS = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME}')`;
const VALUE_RULE = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${VALUE}')`;

/** Which rules of a `metadata.name` a text breaks. */
export function subdomainFaults(text: string): string[] {
  return [
    ...(text.length > MAX_DNS_SUBDOMAIN ? [`must be no more than ${MAX_DNS_SUBDOMAIN} characters`] : []),
    ...(isWhole(DNS_SUBDOMAIN, text) ? [] : [SUBDOMAIN_RULE]),
  ];
}

/** Which rules of a key, `[prefix/]name`, a text breaks: of labels, annotations and finalizers. */
export function qualifiedNameFaults(key: string): string[] {
  const parts = key.split("/");
  if (parts.length > 2) {
    return [
      `a valid label key ${NAME_CHARACTERS} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [prefix, name] = parts.length === 2 ? parts : [undefined, key];
  return [...prefixFaults(prefix), ...nameFaults(name ?? "")];
}

/** Which rules of a label's value a text breaks. */
export function labelValueFaults(text: string): string[] {
  return [
    ...(text.length > MAX_NAME ? [`must be no more than ${MAX_NAME} bytes`] : []),
    ...(isWhole(VALUE, text) ? [] : [VALUE_RULE]),
  ];
}

function prefixFaults(prefix: string | undefined): string[] {
  if (prefix === undefined) return [];
  if (prefix === "") return ["prefix part must be non-empty"];
  return subdomainFaults(prefix).map((fault) => `prefix part ${fault}`);
}

function nameFaults(name: string): string[] {
  return [
    ...(name === "" ? ["name part must be non-empty"] : []),
    ...(name.length > MAX_NAME ? [`name part must be no more than ${MAX_NAME} bytes`] : []),
    ...(isWhole(NAME, name) ? [] : [`name part ${NAME_CHARACTERS}`]),
  ];
}

function isWhole(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}
