/** Whether an error says by itself what to do; others come with their stack. */
export function isExpected(error: unknown): error is Error {
  return error instanceof Error && EXPECTED.test(error.name);
}

const EXPECTED =
  /^(?:Config|DataFolder\w*|Listen|Database\w*|Storage\w*|Snapshot\w*|Dump\w*|BackupFolder|Restore|S3)Error$/;
