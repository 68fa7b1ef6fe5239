import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const ROOT = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root: ROOT,
  plugins: [react(), bootScript()],
  // Nothing is inlined as a data: URL, so that the content security policy may stay strict.
  build: { outDir: "../dist/web", emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 600 },
  worker: { format: "es" },
  resolve: {
    // Its build for browsers needs a document, which the worker that renders READMEs lacks.
    alias: {
      "decode-named-character-reference": `${ROOT}../node_modules/decode-named-character-reference/index.js`,
    },
  },
  logLevel: "warn",
});

/** Puts boot.js into the head as a plain, blocking script: Vite itself defers every script it handles. */
function bootScript(): Plugin {
  let reference: string | undefined;
  let address = "/boot.js";
  return {
    name: "imagehub-boot-script",
    buildStart() {
      if (this.environment.config.command === "serve") return;
      reference = this.emitFile({ type: "asset", name: "boot.js", source: readFileSync(`${ROOT}boot.js`) });
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const asset = Object.values(bundle ?? {}).find(
          (file) => file.type === "asset" && file.names.includes("boot.js"),
        );
        if (reference && asset) address = `/${asset.fileName}`;
        return [{ tag: "script", attrs: { src: address }, injectTo: "head-prepend" }];
      },
    },
  };
}
