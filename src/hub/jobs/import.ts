import { Type } from "typebox";
import type { JobKind } from "../../api/jobs/job-kind.ts";
import { ADMIN } from "../../auth/accounts.ts";
import type { Importer } from "../../content/import/importer.ts";

interface ImportParameters {
  directory: string;
  organization?: string;
  owner?: string;
  visibility?: "public" | "private";
  verify?: boolean;
}

/** Takes over what another registry stored on this machine. */
export function createImportJob(importer: Importer): JobKind<ImportParameters> {
  return {
    name: "import",
    // It may take hours, and collections do no harm to it, nor it to them.
    lane: "import",
    parameters: Type.Object({
      directory: Type.String({
        description: "Absolute path, on the hub's machine, of the folder that holds docker/registry/v2.",
      }),
      organization: Type.Optional(
        Type.String({ description: "Where repositories of one-part names go. Default: they are skipped." }),
      ),
      owner: Type.Optional(
        Type.String({ description: "Who owns organizations that are made. Default: admin." }),
      ),
      visibility: Type.Optional(
        Type.Union([Type.Literal("public"), Type.Literal("private")], {
          description: "Of repositories and organizations that are made. Default: private.",
        }),
      ),
      verify: Type.Optional(
        Type.Boolean({ description: "Hash every blob before it is taken. Default true." }),
      ),
    }),
    async run(parameters, { logger, ...options }) {
      const report = await importer.importTree({ owner: ADMIN, ...parameters, ...options });
      const { skips: _, ...counts } = report;
      logger.info(counts, "registry imported");
      return { ...report };
    },
  };
}
