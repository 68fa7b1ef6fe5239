import { Argument, type Command } from "commander";
import { dataPackName } from "../resources/data-pack-name.ts";
import { DEFAULT_EXPIRE_TIME } from "../resources/expire-time.ts";
import type { Spec } from "../resources/kinds.ts";

/** `imagehub datapack-name`: needs no hub. */
export function addDataPackName(program: Command): void {
  program
    .command("datapack-name")
    .description("print the name of the DataPack of these images, which whoever asks for the same shares")
    .addArgument(new Argument("<type>", "how much of each image").choices(["base", "grid", "detail"]))
    .argument("<images...>", "organization/path:tag; without a tag, the latest")
    .option("--expire-time <TIME>", "1m to 24h, as spec.expireTime says it", DEFAULT_EXPIRE_TIME)
    .action((type: Spec<"DataPack">["type"], names: string[], { expireTime }: { expireTime: string }): void =>
      console.log(dataPackName({ type, names, expireTime })),
    );
}
