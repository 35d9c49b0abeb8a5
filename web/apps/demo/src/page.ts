/** What the pages of the demo share: the language of the address, and the words put where the page asks for them. */
export type Language = "en" | "zh";

export const language: Language = new URLSearchParams(location.search).get("lang") === "zh" ? "zh" : "en";

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

export function fillWords(words: Record<string, string>): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = words.title ?? "";
  const word = (name: string | undefined): string | undefined => (name === undefined ? undefined : words[name]);
  for (const element of document.querySelectorAll<HTMLElement>("[data-t]"))
    element.textContent = word(element.dataset.t) ?? element.textContent;
  for (const element of document.querySelectorAll<HTMLElement>("[data-t-label]"))
    element.ariaLabel = word(element.dataset.tLabel) ?? element.ariaLabel;
  for (const element of document.querySelectorAll<HTMLAnchorElement>("a[data-page]"))
    element.href = `/demo/${element.dataset.page}?lang=${language}`;
  const other = byId("language");
  other.textContent = language === "zh" ? "English" : "中文";
  other.lang = language === "zh" ? "en" : "zh-CN";
  other.setAttribute("href", language === "zh" ? "?lang=en" : "?lang=zh");
}
