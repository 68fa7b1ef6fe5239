/** A folder is no backup's, or not a whole one's. */
export class BackupFolderError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BackupFolderError";
  }
}
