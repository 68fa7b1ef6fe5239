import type { Access } from "../auth/access.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { Content } from "../content/content.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { Search } from "../search/search.ts";
import type { HubInfo } from "./contract.ts";

/** What the routes of the JSON API work with. */
export interface ApiContext {
  info: HubInfo;
  accounts: Accounts;
  access: Access;
  content: Content;
  search: Search;
  /** The whole README of an image, past what its resource holds. */
  readReadme: ReadmeReader;
}

/** @returns undefined when the image has no README */
export type ReadmeReader = (repository: RepositoryName, digest: Digest) => Promise<string | undefined>;
