import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Footer } from "./Footer.tsx";
import { Header } from "./Header.tsx";
import { focusSearchBox } from "./SearchBox.tsx";
import { useFreshForUser } from "./use-me.ts";
import classes from "./Layout.module.css";

/** What is around every page. */
export function Layout() {
  const { t } = useTranslation();
  const main = useRef<HTMLElement>(null);
  useSlashKey();
  useFreshForUser();
  useFocusOnNavigation(main);
  return (
    <div className={classes.layout}>
      <a className={classes.skip} href="#main">
        {t("layout.skip")}
      </a>
      <Header />
      <main id="main" className={classes.main} tabIndex={-1} ref={main}>
        <Outlet />
      </main>
      <Footer />
    </div>
  );
}

/** `/` goes to the search box, unless something is being typed. */
function useSlashKey() {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (
        event.target instanceof Element &&
        event.target.closest("input, textarea, select, [contenteditable]")
      )
        return;
      if (focusSearchBox()) event.preventDefault();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** A reader of the screen is put at the beginning of a new page; at the first one the browser does so itself. */
function useFocusOnNavigation(main: React.RefObject<HTMLElement | null>) {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current !== undefined && shown.current !== path) main.current?.focus({ preventScroll: true });
    shown.current = path;
  }, [path, main]);
}
