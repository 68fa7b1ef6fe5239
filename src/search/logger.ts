/** The part of a logger that search uses. */
export interface SearchLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
