import type { MailWord } from "./mailbox-words";
import { type Address, type Mail, shown } from "./mails";
import type { Language } from "./page";

type Words = Record<MailWord, string>;

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function whenText(at: number, language: Language, isLong = false): string {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const day = { day: "numeric", month: "short", year: "numeric" } as const;
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  if (isLong) return date.toLocaleString(locale, { ...day, ...time });
  return isToday
    ? date.toLocaleTimeString(locale, time)
    : date.toLocaleDateString(locale, { day: "numeric", month: "short" });
}

export function rowOf(
  mail: Mail,
  words: Words,
  language: Language,
  isCurrent: boolean,
  isUnread: boolean,
): HTMLLIElement {
  const row = element("li");
  const button = element("button");
  button.type = "button";
  button.dataset.testid = "mailbox-row";
  button.dataset.mailId = String(mail.id);
  if (isCurrent) button.ariaCurrent = "true";
  if (isUnread) button.classList.add("unread");
  const time = element("time", "", whenText(mail.at, language));
  time.dateTime = new Date(mail.at).toISOString();
  const who = element("span", "who", shown(mail.isFromShop ? mail.from : (mail.to[0] ?? mail.from)));
  if (isUnread) {
    const mark = element("i");
    mark.append(element("span", "hidden", words.unread));
    who.prepend(mark);
  }
  const excerpt = mail.text.replace(/\s+/g, " ").trim().slice(0, 120);
  button.append(
    who,
    time,
    element("span", "what", mail.subject || words["no.subject"]),
    element("span", "excerpt", excerpt),
  );
  row.append(button);
  return row;
}

const written = ({ name, address }: Address): string => (name ? `${name} <${address}>` : address);

/** Nothing in the frame runs, and nothing is fetched but pictures of this server; links open beside it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:";

function frameOf(mail: Mail, words: Words): HTMLIFrameElement {
  const frame = element("iframe");
  frame.title = words.frame;
  // Without scripts the same origin only lets us read how tall it is.
  frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  // A mail with colours of its own was made for white paper.
  const scheme = /(?:color|background)\s*[:=]|bgcolor/i.test(mail.html) ? "light" : "light dark";
  frame.className = scheme === "light" ? "paper" : "";
  frame.srcdoc = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="color-scheme" content="${scheme}"><base target="_blank"><style>:root{color-scheme:${scheme}}body{margin:0;padding:16px;font:15px/1.6 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}</style><body>${mail.html}`;
  frame.addEventListener("load", () => {
    const page = frame.contentDocument?.documentElement;
    if (page) frame.style.height = `${page.scrollHeight}px`;
  });
  return frame;
}

export function mailOn(
  place: HTMLElement,
  mail: Mail,
  words: Words,
  language: Language,
  actions: { onReply: () => void; onBack: () => void },
): void {
  const back = element("button", "back", words.back);
  back.type = "button";
  back.addEventListener("click", actions.onBack);
  const facts = element("dl");
  for (const [name, value] of [
    [words.from, written(mail.from)],
    [words.to, mail.to.map(written).join(", ")],
  ]) {
    const line = element("div");
    line.append(element("dt", "", name), element("dd", "", value));
    facts.append(line);
  }
  const time = element("time", "", whenText(mail.at, language, true));
  time.dateTime = new Date(mail.at).toISOString();
  const reply = element("button", "", words.reply);
  reply.type = "button";
  reply.dataset.testid = "mailbox-reply";
  reply.addEventListener("click", actions.onReply);
  const body = mail.html ? frameOf(mail, words) : element("pre", "", mail.text);
  place.replaceChildren(back, element("h2", "", mail.subject || words["no.subject"]), facts, time, body, reply);
}
