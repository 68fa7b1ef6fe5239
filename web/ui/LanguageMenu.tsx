import { ActionIcon, Menu } from "@mantine/core";
import IconLanguage from "@tabler/icons-react/icons/IconLanguage";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "../i18n.ts";

/** Each language is named in itself, so that whoever needs it can read it. */
export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t("layout.language")}
          title={t("layout.language")}
        >
          <IconLanguage size="1.25rem" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={i18n.language} onChange={(language) => void i18n.changeLanguage(language)}>
          {Object.entries(LANGUAGES).map(([language, name]) => (
            <Menu.RadioItem key={language} value={language} lang={language} closeMenuOnClick>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
