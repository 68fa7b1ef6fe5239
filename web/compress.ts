import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Below this a compressed answer saves no packet. */
const MIN_BYTES = 1400;
/** Of eleven: the last steps cost seconds and save few bytes. */
const BROTLI_QUALITY = 9;

/** Writes a `.br` and a `.gz` beside every text file of a build, for the hub to send as they are. */
export function compressFiles(folder: string): void {
  for (const path of globSync("**/*.{js,css,svg,json}", { cwd: folder })) {
    const file = join(folder, path);
    if (statSync(file).size < MIN_BYTES) continue;
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(
      `${file}.br`,
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
    );
  }
}
