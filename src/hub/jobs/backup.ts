import { Type } from "typebox";
import type { JobKind } from "../../api/jobs/job-kind.ts";
import type { BackupContext } from "../backup/backup.ts";
import { makeBackup } from "../backup/make-backup.ts";

interface BackupParameters {
  directory: string;
  databaseOnly?: boolean;
  copy?: boolean;
  verify?: boolean;
}

/** Backs up the hub. In the lane of collections, so that no blob goes between its row is read and it is copied. */
export function createBackupJob(
  parts: Pick<BackupContext, "database" | "blobs" | "hubFolders" | "program">,
): JobKind<BackupParameters> {
  return {
    name: "backup",
    parameters: Type.Object({
      directory: Type.String({
        description: "Absolute path, on the hub's machine, of an empty folder or one with an earlier backup.",
      }),
      databaseOnly: Type.Optional(Type.Boolean({ description: "Leave out the blobs. Default false." })),
      copy: Type.Optional(
        Type.Boolean({
          description: "Copy blobs, also where a link to the hub's own file would do. Default false.",
        }),
      ),
      verify: Type.Optional(
        Type.Boolean({
          description:
            "Read all blobs of the backup, and copy those anew that are damaged there. Default false.",
        }),
      ),
    }),
    async run({ directory, ...options }, { signal, onProgress, logger }) {
      const report = await makeBackup({ ...parts, signal, onProgress }, { ...options, folder: directory });
      logger.info({ ...report }, "backup made");
      return { ...report, problems: report.blobs?.lost.count ?? 0 };
    },
  };
}
