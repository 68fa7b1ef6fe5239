import { Command } from "commander";
import { addAudit } from "./cli/audit.ts";
import { addBackup } from "./cli/backup.ts";
import { addCheck } from "./cli/check.ts";
import { addDataPackName } from "./cli/data-pack-name.ts";
import { addGc } from "./cli/gc.ts";
import { addImport } from "./cli/import.ts";
import { addJobs } from "./cli/jobs.ts";
import { addLogin, addLogout } from "./cli/login.ts";
import { addOrganization } from "./cli/organization.ts";
import { addPassword } from "./cli/password.ts";
import { addRobot } from "./cli/robot.ts";
import { addToken } from "./cli/token.ts";
import { addUndelete } from "./cli/undelete.ts";
import { addUser } from "./cli/user.ts";
import { addRestore } from "./hub/restore/command.ts";
import { addServe } from "./hub/serve.ts";
import { VERSION } from "./hub/version.ts";

const program = new Command("imagehub")
  .description("A container image hub: push, see the page, be found, be pulled")
  .version(VERSION, "--version", "print the version")
  .showHelpAfterError("(imagehub --help shows what there is)");

addServe(program);
addBackup(program);
addRestore(program);
addGc(program);
addCheck(program);
addImport(program);
addJobs(program);
addAudit(program);
addUndelete(program);
addLogin(program);
addLogout(program);
addToken(program);
addRobot(program);
addOrganization(program);
addUser(program);
addPassword(program);
addDataPackName(program);
program
  .command("version")
  .description("print the version")
  .action(() => console.log(VERSION));

await program.parseAsync();
