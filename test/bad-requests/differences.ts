/** Answers of the hub that differ from those of Kubernetes on purpose. */
export interface Difference {
  /** Titles of requests. */
  of: RegExp | string[];
  because: string;
  hub: "says more" | "says it otherwise" | "answers otherwise";
  /** Up to here the message is that of Kubernetes. */
  until?: string;
  /** What the message says then. */
  words?: RegExp;
  code?: number;
  reason?: string;
}

/** The first that names a request holds. */
export const DIFFERENCES: Difference[] = [
  {
    of: /^forbidden: (?:create|delete all)/,
    because: "the hub looks at each resource before it refuses: it names the one, and says why",
    hub: "says it otherwise",
    words:
      /^(\w+)\.imagehub\.sealos\.io "acme\.[\w.]+" is forbidden: User "bob" cannot (?:create|deletecollection) resource "\1" in API group "imagehub\.sealos\.io" in the namespace "sealos-imagehub": ./,
  },
  {
    of: /^forbidden: /,
    because: "the hub says why",
    hub: "says it otherwise",
    until: 'in the namespace "sealos-imagehub"',
    words: /^: ./,
  },
  {
    of: ["content type: not a content type"],
    because: "the hub's HTTP server refuses it",
    hub: "says it otherwise",
    words: /^Unsupported Media Type/,
  },
  {
    of: /^content type: |^delete: options of another content type/,
    because: "the hub does not read protobuf",
    hub: "says it otherwise",
    until: "include: application/json, application/yaml",
    words: /^$/,
  },
  {
    of: /^Accept: /,
    because: "the hub writes JSON alone",
    hub: "says it otherwise",
    until: "only the following media types are accepted: application/json",
  },
  {
    of: /^body: more than 3 MiB/,
    because: "the hub's limit is 2 MiB, and its HTTP server refuses what is larger",
    hub: "says it otherwise",
    words: /^Request body is too large$/,
  },
  {
    of: /^body: (?:none|not JSON|JSON|text|a )|^delete: options that are (?:no JSON|a list)|^YAML: a text$/,
    because: "JSON is read by another parser, which says where",
    hub: "says it otherwise",
    until: "couldn't get version/kind; json parse error: ",
  },
  {
    of: /^YAML: (?:a tab|a list that|an alias of)/,
    because: "YAML is read by another parser",
    hub: "says it otherwise",
    until: "(must be of type Repository): yaml: ",
  },
  {
    of: ["apply patch: not YAML"],
    because: "YAML is read by another parser",
    hub: "says it otherwise",
    until: "error decoding YAML: error converting YAML to JSON: yaml: ",
  },
  {
    of: ["apply patch: a list"],
    because: "types of Go are not the hub's",
    hub: "says it otherwise",
    until: "while decoding JSON: json: cannot unmarshal array into ",
  },
  {
    of: /^(?:JSON|merge) patch: (?:not JSON|nothing|an object|a text|a list|an operation that is a text)$/,
    because: "JSON is read by another parser, and types of Go are not the hub's",
    hub: "says it otherwise",
    until: "error decoding patch: ",
  },
  {
    of: ["merge patch: null"],
    because: "null is no object either, and is answered as a list is",
    hub: "says it otherwise",
    words: /^error decoding patch: json: cannot unmarshal null into an object/,
  },
  {
    of: ["JSON patch: the whole, by a text"],
    because: "the hub says what is wrong",
    hub: "says it otherwise",
    words: /is invalid: patch: Invalid value: it leaves no object$/,
  },
  {
    of: /^JSON patch: (?:an operation|a path|an index|a move|a test)/,
    because: "the hub says which operation fails, and why",
    hub: "says it otherwise",
    until: "the server rejected our request due to an error in our request",
    words: /^: ./,
  },
  {
    of: /^merge patch: (?:no kind|metadata that is|a label that is a number|an unknown|a key twice)/,
    because: "Kubernetes shows the whole object; the hub says whose patch it is and what is wrong",
    hub: "says it otherwise",
    words:
      /^Repository\.imagehub\.sealos\.io "acme\.app" is invalid: patch: Invalid value: (?:Object 'Kind' is missing|json: cannot unmarshal|strict decoding error: (?:unknown|duplicate) field)/,
  },
  {
    of: /^(?:required|maxLength): |: no spec(?:\.name)?$/,
    because: "the hub says what a missing value is for, and how long one that is too long is",
    hub: "says more",
  },
  {
    of: ["apply patch: a value of another type", "apply patch: a member twice"],
    because: "Kubernetes fails (500); the hub answers as to a patch of another type",
    hub: "answers otherwise",
    code: 422,
    reason: "Invalid",
    words:
      /is invalid: spec\.(?:keywords: Invalid value: "string": spec\.keywords in body must be of type array|members\[1\]: Duplicate value)/,
  },
  {
    of: ["apply patch: an unknown field, strictly"],
    because: "Kubernetes fails (500); the hub answers as to a resource that is created",
    hub: "answers otherwise",
    code: 400,
    reason: "BadRequest",
    words: /strict decoding error: unknown field "spec\.colour"$/,
  },
  {
    of: /^list map: /,
    because: "the hub says by which fields entries are told apart",
    hub: "says more",
  },
  {
    of: ["merge patch: a member twice"],
    because: "the hub says by which fields entries are told apart",
    hub: "says more",
  },
  {
    of: ["name: 254 characters"],
    because: "the hub cuts values that are long",
    hub: "says it otherwise",
    words: /…: must be no more than 253 characters/,
  },
  {
    of: /^name: (?!taken|a number|a list)|^generateName: (?:upper|begins)/,
    because: "the name of an organization has rules of its own besides",
    hub: "says more",
  },
  {
    of: ["type: a text for a member"],
    because: "that it is no object is said once",
    hub: "says it otherwise",
    words: /spec\.members\[0\] in body must be of type object: "string"$/,
  },
  {
    of: /^(?:type|minimum): of a status|^replace: a status of another type/,
    because: "the hub says the whole path of a field, of a status too",
    hub: "says it otherwise",
    words:
      /status\.(\w+) in body (?:must be of type integer: "string"|should be greater than or equal to 0)$/,
  },
  {
    of: ["owner: two controllers"],
    because: "the hub cuts values that are long",
    hub: "says it otherwise",
    words:
      /…: Only one reference can have Controller set to true\. Found "true" in references for Repository\/acme\.app and Repository\/acme\.app$/,
  },
  {
    of: ["CEL: spec of a data pack stays"],
    because: "the hub shows the value, which Kubernetes does of texts alone",
    hub: "says it otherwise",
    until: "is invalid: spec: Invalid value: ",
    words: /^\{.*\}: field is immutable: create another DataPack$/,
  },
  {
    of: /^(?:replace|(?:JSON|merge|apply) patch): another uid$/,
    because: "keys of etcd are not the hub's",
    hub: "answers otherwise",
    code: 409,
    reason: "Conflict",
    words: /Precondition failed: UID in precondition: other, UID in object meta: \{uid\}$/,
  },
  {
    of: ["replace: a resourceVersion that is none", "merge patch: a resourceVersion that is none"],
    because: "Kubernetes fails (500); to the hub it is a version that is not the current one",
    hub: "answers otherwise",
    code: 409,
    reason: "Conflict",
    words: /the object has been modified; please apply your changes to the latest version and try again$/,
  },
  {
    of: ["resourceVersion: on what is to be created"],
    because: "Kubernetes fails (500), with the same words",
    hub: "answers otherwise",
    code: 400,
    reason: "BadRequest",
    words: /^resourceVersion should not be set on objects to be created$/,
  },
  {
    of: ["delete: options of another kind"],
    because: "source files of Kubernetes are not the hub's",
    hub: "says it otherwise",
    until: 'no kind "Repository" is registered for version "imagehub.sealos.io/v1"',
    words: /expected DeleteOptions$/,
  },
  {
    of: /a plural that is not there$|for the plural$/,
    because: "Kubernetes answers with a text; the hub with a Status",
    hub: "answers otherwise",
    code: 404,
    reason: "NotFound",
    words: /^the server could not find the requested resource$/,
  },
  {
    of: /(?:a version|a group) that is not there$|without a namespace in the URL$|in all namespaces$|a subresource that is not there$|scale, which no kind has$|list below a name$|^any other method/,
    because: "the hub answers with a Status that names the method and the path",
    hub: "answers otherwise",
    code: 404,
    reason: "NotFound",
    words: /^There is no (?:GET|POST|DELETE|PROPFIND) \/apis\//,
  },
  {
    of: ["get: an API that is not there", "get: pods, which a hub has none of"],
    because: "below /api is the hub's own API besides, which answers in its own form",
    hub: "answers otherwise",
    code: 404,
    words: /^$/,
  },
  {
    of: ["get: another namespace"],
    because: "the hub says that there is no such namespace",
    hub: "answers otherwise",
    code: 404,
    reason: "NotFound",
    words: /^namespaces "default" not found$/,
  },
  {
    of: /^list: a limit /,
    because: "functions of Go are not the hub's",
    hub: "says it otherwise",
    words: /^Cannot read limit ".+": expected a number$/,
  },
  {
    of: ["list: a token that is none", "list: a token of another time"],
    because:
      "tokens are sealed: of one that cannot be opened the hub knows only that the client must list again",
    hub: "answers otherwise",
    code: 410,
    reason: "Expired",
    words: /list again$/,
  },
  {
    of: ["list: a token and a resourceVersion"],
    because: "Kubernetes looks into the token first",
    hub: "says it otherwise",
    words: /^specifying resource version is not allowed when using continue$/,
  },
  {
    of: /^list: (?:a resourceVersion (?:that is none|below 0))$/,
    because: "functions of Go are not the hub's",
    hub: "says it otherwise",
    words: /^invalid resource version: resourceVersion: Invalid value: "(?:latest|-1)": expected a number/,
  },
  {
    of: /^list: watch(?:: a resourceVersion that is none| that is neither)/,
    because: "Kubernetes fails (500), with the same words",
    hub: "answers otherwise",
    code: 400,
    reason: "BadRequest",
    words: /resourceVersion: Invalid value: "latest": expected a number/,
  },
  {
    of: ["list: a resourceVersion of the future"],
    because: "the hub says when to ask again, too",
    hub: "says it otherwise",
    words: /^Timeout: Too large resource version: 99999999999, current: \{resourceVersion\}$/,
  },
  {
    of: ["list: a timeout that is no number"],
    because: "a list has no time of its own; the hub does not read it",
    hub: "answers otherwise",
    code: 200,
    words: /^$/,
  },
  {
    of: ["table: includeObject that is none"],
    because: "the hub says what is wrong in its own words",
    hub: "says it otherwise",
    words: /^Cannot read includeObject "Some": expected None, Metadata or Object$/,
  },
];
