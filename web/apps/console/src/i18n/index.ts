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
  process: (text: string) =>
    i18next.language === "en" ? text : text.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, ""),
};

const words = {
  en: () => import("./locales/en.json"),
  "zh-CN": () => import("./locales/zh.json"),
};

/** Words that only some pages need; they come with those pages. */
const parts = {
  mail: { en: () => import("./locales/mail.en.json"), "zh-CN": () => import("./locales/mail.zh.json") },
};
type Part = keyof typeof parts;
const wanted = new Set<Part>();
const loaded = new Set<string>();

async function add(name: string, language: Language, fetchWords: () => Promise<{ default: object }>): Promise<void> {
  const key = `${name} ${language}`;
  if (loaded.has(key)) return;
  const module = await fetchWords();
  i18next.addResourceBundle(language, "translation", module.default, true);
  loaded.add(key);
}

/** Only the language in use is loaded. */
async function load(language: Language): Promise<void> {
  await Promise.all([
    add("all", language, words[language]),
    ...[...wanted].map((part) => add(part, language, parts[part][language])),
  ]);
}

/** A page together with the words it needs. */
export async function withWords<T>(part: Part, page: Promise<T>): Promise<T> {
  wanted.add(part);
  const [module] = await Promise.all([page, load(languageOf(i18next.language))]);
  return module;
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
