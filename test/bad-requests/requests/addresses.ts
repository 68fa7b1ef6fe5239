import type { BadRequest } from "../ask.ts";
import { image, repository } from "./resources.ts";

const V1 = "/apis/imagehub.sealos.io/v1";

/** What is not there, and what cannot be done with what is. */
export const ADDRESSES: BadRequest[] = [
  { title: "get: a name that is not there", method: "GET", path: "repositories/acme.none" },
  { title: "get: an image that is not there", method: "GET", path: "images/acme.app.none" },
  { title: "get: a user that is not there", method: "GET", path: "users/nobody" },
  { title: "get: a name that cannot be", method: "GET", path: "repositories/Acme_App" },
  { title: "get: the status of what is not there", method: "GET", path: "repositories/acme.none/status" },
  { title: "get: a plural that is not there", method: "GET", path: "widgets" },
  { title: "get: one of a plural that is not there", method: "GET", path: "widgets/one" },
  { title: "get: the kind for the plural", method: "GET", path: "Repository" },
  { title: "get: the singular for the plural", method: "GET", path: "repository" },
  { title: "get: a short name for the plural", method: "GET", path: "repo" },
  { title: "get: a version that is not there", method: "GET", path: "/apis/imagehub.sealos.io/v2" },
  {
    title: "list: in a version that is not there",
    method: "GET",
    path: "/apis/imagehub.sealos.io/v1beta1/namespaces/sealos-imagehub/repositories",
  },
  { title: "get: a group that is not there", method: "GET", path: "/apis/imagehub.example.com" },
  {
    title: "list: in a group that is not there",
    method: "GET",
    path: "/apis/imagehub.example.com/v1/repositories",
  },
  { title: "get: a subresource that is not there", method: "GET", path: "repositories/acme.app/logs" },
  { title: "get: scale, which no kind has", method: "GET", path: "repositories/acme.app/scale" },
  { title: "get: another namespace", method: "GET", path: `${V1}/namespaces/default/repositories/acme.app` },
  {
    title: "create: in another namespace than the URL's",
    method: "POST",
    path: "repositories",
    body: repository({}, { namespace: "default" }),
  },
  {
    title: "create: in another namespace than the URL's, an image",
    method: "POST",
    path: "images",
    body: image({}, { namespace: "kube-system" }),
  },
  {
    title: "create: in a namespace that is not there",
    method: "POST",
    path: `${V1}/namespaces/nowhere/repositories`,
    body: repository(),
  },
  {
    title: "create: without a namespace in the URL",
    method: "POST",
    path: `${V1}/repositories`,
    body: repository(),
  },
  { title: "create: on a status", method: "POST", path: "repositories/acme.app/status", body: repository() },
  { title: "create: a plural that is not there", method: "POST", path: "widgets", body: repository() },
  { title: "replace: a list", method: "PUT", path: "repositories", body: repository() },
  { title: "replace: a plural that is not there", method: "PUT", path: "widgets/one", body: repository() },
  {
    title: "patch: a list",
    method: "PATCH",
    path: "repositories",
    headers: { "content-type": "application/merge-patch+json" },
    body: {},
  },
  { title: "delete: a status", method: "DELETE", path: "repositories/acme.app/status" },
  { title: "delete: a name that is not there", method: "DELETE", path: "repositories/acme.none" },
  { title: "delete: a data pack that is not there", method: "DELETE", path: "datapacks/none" },
  { title: "delete: in all namespaces", method: "DELETE", path: `${V1}/repositories` },
  { title: "any other method: of a list", method: "PROPFIND", path: "repositories" },
  { title: "any other method: of a resource", method: "PROPFIND", path: "repositories/acme.app" },
  {
    title: "get: a kind's list below a name",
    method: "GET",
    path: `${V1}/namespaces/sealos-imagehub/images/a/b/c`,
  },
  { title: "get: an API that is not there", method: "GET", path: "/api/v2" },
  { title: "get: a namespace that is not there", method: "GET", path: "/api/v1/namespaces/nowhere" },
  { title: "get: pods, which a hub has none of", method: "GET", path: "/api/v1/widgets" },
];
