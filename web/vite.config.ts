import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const ROOT = fileURLToPath(new URL(".", import.meta.url));

/** The first load is two files: libraries, which a browser keeps from one release to the next, and the app. */
const FIRST_LOAD = [
  { name: "libraries", tags: ["$initial" as const], test: /node_modules/, priority: 1 },
  { name: "app", tags: ["$initial" as const] },
];

export default defineConfig({
  root: ROOT,
  plugins: [react(), bootScript()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // Nothing is inlined as a data: URL, so that the content security policy may stay strict.
    assetsInlineLimit: 0,
    // All of the style is smaller than the requests that its parts would cost.
    cssCodeSplit: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: { codeSplitting: { groups: FIRST_LOAD } },
    },
  },
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
