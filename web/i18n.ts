import { createInstance } from "i18next";
import LanguageDetector from "i18next-browser-languagedetector";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json" with { type: "json" };
import zhCN from "./locales/zh-CN.json" with { type: "json" };

/** Languages, each named in itself. */
export const LANGUAGES = { en: "English", "zh-CN": "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
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

/** `zh`, `zh-TW` and `zh-Hans` are nearer to 简体中文 than to English. */
export function nearestLanguage(tag: string): Language {
  return tag.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
