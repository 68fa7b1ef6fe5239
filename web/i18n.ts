import { createInstance } from "i18next";
import LanguageDetector from "i18next-browser-languagedetector";
import { getI18n, initReactI18next } from "react-i18next";
import type account from "./locales/account.en.json";
import en from "./locales/en.json" with { type: "json" };
import zhCN from "./locales/zh-CN.json" with { type: "json" };

/** Languages, each named in itself. */
export const LANGUAGES = { en: "English", "zh-CN": "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en; account: typeof account };
  }
}

/** Sets up translations; `lang` of the page follows the language. */
export async function startTranslations(): Promise<void> {
  const i18next = createInstance();
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use(LanguageDetector)
    .use(initReactI18next)
    .init({
      resources: { en: { translation: en }, "zh-CN": { translation: zhCN } },
      supportedLngs: Object.keys(LANGUAGES),
      fallbackLng: "en",
      interpolation: { escapeValue: false },
      detection: {
        order: ["localStorage", "navigator"],
        lookupLocalStorage: "imagehub-language",
        caches: ["localStorage"],
        convertDetectedLanguage: nearestLanguage,
      },
    });
}

/** Loads a part of the app that is for users, and its texts with it: what readers load first has neither. */
export async function withAccountTexts<M>(loading: Promise<M>): Promise<M> {
  const [module, { ACCOUNT_TEXTS }] = await Promise.all([loading, import("./locales/account.ts")]);
  for (const [language, texts] of Object.entries(ACCOUNT_TEXTS)) {
    getI18n().addResourceBundle(language, "account", texts);
  }
  return module;
}

/** `zh`, `zh-TW` and `zh-Hans` are nearer to 简体中文 than to English. */
export function nearestLanguage(tag: string): Language {
  return tag.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
