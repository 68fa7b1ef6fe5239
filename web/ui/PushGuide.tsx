import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CommandLine } from "./CommandLine.tsx";
import { PUSH_TOOLS, pushCommands, type PushTool } from "./commands.ts";
import { hubAddress } from "./hub-address.ts";
import { PlainHttpNote } from "./PlainHttpNote.tsx";
import { useMe } from "./use-me.ts";
import classes from "./PushGuide.module.css";

const STEPS = ["login", "write", "build", "push"] as const;

/** How to push an image to this hub: commands that work as they stand, and need nothing from elsewhere. */
export function PushGuide() {
  const { t } = useTranslation();
  const [tool, setTool] = useState<PushTool>("docker");
  const hub = hubAddress();
  const user = useMe()?.name || "admin";
  const commands = pushCommands(tool, hub, user);
  return (
    <div className={classes.guide}>
      <SegmentedControl
        aria-label={t("push.tool")}
        value={tool}
        onChange={(value) => setTool(value as PushTool)}
        data={PUSH_TOOLS.map((name) => ({ value: name, label: name === "docker" ? "Docker" : "Podman" }))}
      />
      <ol className={classes.steps}>
        {STEPS.map((step) => (
          <li key={step} className={classes.step}>
            <h2 className={classes.title}>{t(`push.${step}.title`)}</h2>
            <p className={classes.text}>
              {step === "login" && user !== "admin" ? t("push.loginOwn") : t(`push.${step}.text`)}
            </p>
            <CommandLine command={commands[step]} label={t(`push.${step}.title`)} />
          </li>
        ))}
      </ol>
      <PlainHttpNote hub={hub} tools={[tool]} />
    </div>
  );
}
