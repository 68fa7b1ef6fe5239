import { Command } from "commander";
import { addServe } from "./hub/serve.ts";
import { VERSION } from "./hub/version.ts";

const program = new Command("imagehub")
  .description("A container image hub: push, see the page, be found, be pulled")
  .version(VERSION, "--version", "print the version")
  .showHelpAfterError("(imagehub --help shows what there is)");

addServe(program);
program
  .command("version")
  .description("print the version")
  .action(() => console.log(VERSION));

await program.parseAsync();
