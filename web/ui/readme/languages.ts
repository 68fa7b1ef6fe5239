import apache from "highlight.js/lib/languages/apache";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import nginx from "highlight.js/lib/languages/nginx";
import powershell from "highlight.js/lib/languages/powershell";
import properties from "highlight.js/lib/languages/properties";
import { common } from "lowlight";

/** Languages whose code is coloured: the usual ones, and those of container images. */
export const languages = { ...common, apache, dockerfile, nginx, powershell, properties };

/** Names that READMEs give them besides. */
export const aliases = { apache: ["apacheconf"], shell: ["shell-session"], yaml: ["kubernetes"] };
