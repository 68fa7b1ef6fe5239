import { Button, TextInput } from "@mantine/core";
import IconSearch from "@tabler/icons-react/icons/IconSearch";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { MAX_QUERY_LENGTH } from "./limits.ts";
import classes from "./SearchBox.module.css";

interface SearchBoxProps {
  size: "sm" | "xl";
  className?: string | undefined;
}

/** Where to type what is looked for. It shows what the search page is showing; Enter goes there. */
export function SearchBox({ size, className }: SearchBoxProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const searched = useRouterState({ select: ({ location }) => searchedText(location) });
  const [text, setText] = useState(searched);
  const [shown, setShown] = useState(searched);
  if (shown !== searched) {
    setShown(searched);
    setText(searched);
  }

  function submit(event: React.FormEvent) {
    event.preventDefault();
    const q = text.trim();
    void navigate({ to: "/search", search: q === "" ? { sort: "pulls" } : { q } });
  }

  return (
    <form role="search" action="/search" onSubmit={submit} className={`${classes.form} ${className ?? ""}`}>
      <TextInput
        className={classes.input}
        name="q"
        type="search"
        size={size === "xl" ? "lg" : "sm"}
        radius="md"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder={t("search.placeholder")}
        aria-label={t("search.label")}
        maxLength={MAX_QUERY_LENGTH}
        autoComplete="off"
        spellCheck={false}
        leftSection={<IconSearch size={size === "xl" ? "1.25rem" : "1rem"} />}
        rightSection={<kbd className={classes.key}>/</kbd>}
        rightSectionPointerEvents="none"
        data-search-box
      />
      {size === "xl" && (
        <Button type="submit" size="lg" radius="md" className={classes.submit}>
          {t("search.submit")}
        </Button>
      )}
    </form>
  );
}

/** Puts the cursor into the page's search box. False when the page has none. */
export function focusSearchBox(): boolean {
  const box = document.querySelector<HTMLInputElement>("[data-search-box]");
  box?.focus();
  box?.select();
  return box !== null;
}

function searchedText({ pathname, search }: { pathname: string; search: { q?: unknown } }): string {
  return pathname === "/search" && typeof search.q === "string" ? search.q : "";
}
