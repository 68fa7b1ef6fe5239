import type { Command } from "commander";
import { SETTINGS, type Setting, type SettingName } from "./settings.ts";

/** Gives a command the flags of these settings, and of the file that holds settings. */
export function addSettingFlags(command: Command, names: readonly SettingName[]): void {
  command.option("--config <FILE>", "settings as YAML, keys as the flags below");
  for (const name of names) {
    const setting: Setting = SETTINGS[name];
    command.option(`--${name} <${setting.value}>`, describe(name, setting));
  }
}

/** The settings that were given as flags, by name: commander has them in camel case. */
export function settingFlagsOf(command: Command): Record<string, string | undefined> {
  const values = command.opts<Record<string, string>>();
  return Object.fromEntries(
    ["config", ...Object.keys(SETTINGS)].map((name) => [
      name,
      values[name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())],
    ]),
  );
}

function describe(name: string, setting: Setting): string {
  const variable = `IMAGEHUB_${name.toUpperCase().replaceAll("-", "_")}`;
  const choices = setting.choices ? `; one of ${setting.choices.join(", ")}` : "";
  const fallback = setting.default === undefined ? "" : `; default ${setting.default}`;
  return `${setting.description}${choices}${fallback} [${variable}]`;
}
