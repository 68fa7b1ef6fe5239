import type { Me } from "../../../src/api/contract/me.ts";
import classes from "./AccountPanels.module.css";
import { KubeconfigPanel } from "./KubeconfigPanel.tsx";
import { NewTokenPanel } from "./NewTokenPanel.tsx";
import { TokenTable } from "./TokenTable.tsx";

/** The user's tokens: those that there are, making one, and the one that kubectl gets. */
export function AccountTokens({ me }: { me: Me }) {
  return (
    <div className={classes.panels}>
      <NewTokenPanel me={me} />
      <TokenTable />
      <KubeconfigPanel />
    </div>
  );
}
