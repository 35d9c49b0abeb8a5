import i18next, { type PostProcessorModule } from "i18next";
import { initReactI18next } from "react-i18next";
import { preferences } from "../lib/preferences";

export type Language = "en" | "zh-CN";

export function languageOf(locale: string): Language {
  return locale.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

/** Words keep a space around a value for the sake of Latin ones; between two Han characters it goes again. */
const hanSpacing: PostProcessorModule = {
  type: "postProcessor",
  name: "han",
  process: (text: string) => text.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, ""),
};

const words = {
  en: () => import("./locales/en.json"),
  "zh-CN": () => import("./locales/zh.json"),
};

/** Only the language in use is loaded. */
async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, "translation")) return;
  const module = await words[language]();
  i18next.addResourceBundle(language, "translation", module.default);
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  preferences.set({ language });
}

export async function startI18n(): Promise<void> {
  const language = preferences.get().language ?? languageOf(navigator.language);
  await i18next
    .use(hanSpacing)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: false,
      resources: {},
      interpolation: { escapeValue: false },
      returnNull: false,
      postProcess: ["han"],
    });
  await setLanguage(language);
}
