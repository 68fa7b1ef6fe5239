import { Link, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AccountMenu } from "./AccountMenu.tsx";
import { ColorSchemeMenu } from "./ColorSchemeMenu.tsx";
import { LanguageMenu } from "./LanguageMenu.tsx";
import { Logo } from "./Logo.tsx";
import { SearchBox } from "./SearchBox.tsx";
import classes from "./Header.module.css";

/** Name, search, the two ways on, the reader's settings and account. The home page has a search box of its own. */
export function Header() {
  const { t } = useTranslation();
  const isHome = useRouterState({ select: (state) => state.location.pathname === "/" });
  return (
    <header className={classes.header}>
      <div className={classes.bar}>
        <Link to="/" className={classes.brand}>
          <Logo size="1.875rem" />
          <span className={classes.name}>ImageHub</span>
        </Link>
        {!isHome && <SearchBox className={classes.search} size="sm" />}
        <nav className={classes.navigation} aria-label={t("layout.navigation")}>
          <Link
            to="/search"
            search={{ sort: "pulls" }}
            className={classes.link}
            activeOptions={{ includeSearch: false }}
          >
            {t("layout.explore")}
          </Link>
          <Link to="/push" className={classes.link}>
            {t("layout.push")}
          </Link>
        </nav>
        <div className={classes.settings}>
          <LanguageMenu />
          <ColorSchemeMenu />
          <AccountMenu />
        </div>
      </div>
    </header>
  );
}
