import { composer } from "./composer";
import { mailOn, rowOf } from "./mail-view";
import { MAIL_WORDS } from "./mailbox-words";
import { type Mail, NoDemo, readMails, sidesOf } from "./mails";
import { byId, fillWords, language } from "./page";

const POLL_MS = 2000;
const FALLBACK_TO = "support@demo.parley.test";
const words = MAIL_WORDS[language];

type Folder = "in" | "out";

let mails: Mail[] = [];
let folder: Folder = "in";
let openId: number | null = null;
/** What was there when the page came counts as read; only what comes later is news. */
let read: Set<number> | null = null;
let shopAddress = "";

const letters = composer(words, () => {
  choose("out");
  void poll();
});

const inFolder = (): Mail[] => mails.filter((mail) => mail.isFromShop === (folder === "in"));
const isUnread = (mail: Mail): boolean => mail.isFromShop && !read?.has(mail.id);

function drawList(): void {
  const shown = inFolder();
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.mailId : undefined;
  byId("mails").replaceChildren(
    ...shown.map((mail) => rowOf(mail, words, language, mail.id === openId, isUnread(mail))),
  );
  // The rows are made anew; whoever stood on one stays on it.
  if (focused) document.querySelector<HTMLElement>(`[data-mail-id="${focused}"]`)?.focus();
  const empty = byId("empty");
  empty.hidden = shown.length > 0;
  empty.textContent = words[`empty.${folder}`];
  const unread = mails.filter(isUnread).length;
  byId("unread").textContent = unread > 0 ? String(unread) : "";
  document.title = unread > 0 ? `(${unread}) ${words.title}` : words.title;
  for (const button of document.querySelectorAll<HTMLElement>("[data-folder]"))
    button.ariaPressed = String(button.dataset.folder === folder);
}

function drawMail(): void {
  const place = byId("mail");
  const mail = mails.find(({ id }) => id === openId);
  document.body.classList.toggle("is-reading", mail !== undefined);
  if (!mail) {
    const hint = document.createElement("p");
    hint.className = "empty";
    hint.textContent = words.pick;
    place.replaceChildren(hint);
    return;
  }
  mailOn(place, mail, words, language, { onReply: () => letters.reply(mail), onBack: close });
}

function open(id: number): void {
  openId = id;
  read?.add(id);
  drawList();
  drawMail();
  byId("mail").focus();
}

function close(): void {
  const was = openId;
  openId = null;
  drawMail();
  drawList();
  document.querySelector<HTMLElement>(`[data-mail-id="${was}"]`)?.focus();
}

function choose(next: Folder): void {
  folder = next;
  openId = null;
  drawList();
  drawMail();
}

async function poll(): Promise<void> {
  const trouble = byId("trouble");
  try {
    const fresh = await readMails();
    trouble.textContent = "";
    read ??= new Set(fresh.map(({ id }) => id));
    const isSame = fresh.length === mails.length && fresh.every(({ id }, index) => id === mails[index]?.id);
    if (isSame && mails.length > 0) return;
    const hadOpen = mails.some(({ id }) => id === openId);
    mails = fresh;
    drawList();
    if (!hadOpen) drawMail();
  } catch (error) {
    trouble.textContent = words[error instanceof NoDemo ? "trouble.off" : "trouble.network"];
  }
}

/** The shop's address is what the server names, else what it wrote from last, else the one every demo has. */
async function findShop(): Promise<void> {
  try {
    const config: Record<string, unknown> = { ...(await (await fetch("/demo/config")).json()) };
    const named = language === "zh" ? config.email_zh : config.email_en;
    if (typeof named === "string") shopAddress = named;
  } catch {
    // It is only a suggestion.
  }
}

function addressToWriteTo(): string {
  const newest = mails[0];
  return shopAddress || (newest ? sidesOf(newest).shop.address : "") || FALLBACK_TO;
}

async function follow(): Promise<void> {
  for (;;) {
    if (document.visibilityState === "visible") await poll();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

fillWords(words);
drawList();
drawMail();
byId("write").addEventListener("click", () => letters.write(addressToWriteTo()));
byId("mails").addEventListener("click", (event) => {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-mail-id]") : null;
  if (row) open(Number(row.dataset.mailId));
});
for (const button of document.querySelectorAll<HTMLElement>("[data-folder]"))
  button.addEventListener("click", () => choose(button.dataset.folder === "out" ? "out" : "in"));
void findShop();
void follow();
