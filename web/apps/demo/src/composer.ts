import { whenText } from "./mail-view";
import type { MailWord } from "./mailbox-words";
import { type Address, type Mail, quoted, replySubject, sendLetter, sidesOf } from "./mails";
import { byId, language } from "./page";

const NAME = "tidewood-mail-from";
const DEFAULT_FROM: Address =
  language === "zh"
    ? { name: "王晓雯", address: "xiaowen.wang@youxiang.example" }
    : { name: "Sofia Marino", address: "sofia.marino@posta.example" };

function field(id: string): HTMLInputElement | HTMLTextAreaElement {
  const found = byId(id);
  if (found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement) return found;
  throw new Error(`#${id} is no field`);
}

function remembered(): Address {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`${NAME}-${language}`) ?? "null");
    const read = new Map(Object.entries(stored ?? {}));
    const [name, address] = [read.get("name"), read.get("address")];
    if (typeof name === "string" && typeof address === "string") return { name, address };
  } catch {
    // Without storage everybody is the first customer of the demo.
  }
  return DEFAULT_FROM;
}

function remember(from: Address): void {
  try {
    localStorage.setItem(`${NAME}-${language}`, JSON.stringify(from));
  } catch {
    // The same.
  }
}

export interface Composer {
  write: (to: string) => void;
  reply: (mail: Mail) => void;
}

export function composer(words: Record<MailWord, string>, onSent: () => void): Composer {
  const dialog = byId("composer");
  if (!(dialog instanceof HTMLDialogElement)) throw new Error("#composer is no dialog");
  let inReplyTo = "";

  const open = (title: string, from: Address, to: string, subject: string, text: string, first: string): void => {
    byId("composer-title").textContent = title;
    field("from-name").value = from.name;
    field("from-address").value = from.address;
    field("to").value = to;
    field("subject").value = subject;
    field("text").value = text;
    byId("fault").textContent = "";
    dialog.showModal();
    const start = field(first);
    start.focus();
    start.setSelectionRange(0, 0);
    start.scrollTop = 0;
  };
  const handleSend = async (): Promise<void> => {
    const value = (id: string): string => field(id).value.trim();
    const isWhole = ["from-address", "to", "text"].every((id) => field(id).value.trim() && field(id).checkValidity());
    byId("fault").textContent = isWhole ? "" : words["fault.fields"];
    if (!isWhole) return;
    const send = byId("send");
    send.setAttribute("disabled", "");
    try {
      await sendLetter({
        from_name: value("from-name"),
        from_address: value("from-address"),
        to: value("to"),
        subject: value("subject"),
        text: field("text").value,
        ...(inReplyTo ? { in_reply_to: inReplyTo } : {}),
      });
      remember({ name: value("from-name"), address: value("from-address") });
      dialog.close();
      onSent();
    } catch {
      byId("fault").textContent = words["fault.send"];
    } finally {
      send.removeAttribute("disabled");
    }
  };
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    void handleSend();
  });
  byId("cancel").addEventListener("click", () => dialog.close());
  return {
    write: (to) => {
      inReplyTo = "";
      open(words["compose.title"], remembered(), to, "", "", "subject");
    },
    reply: (mail) => {
      const { customer, shop } = sidesOf(mail);
      inReplyTo = mail.messageId;
      const text = quoted(mail, whenText(mail.at, language, true), language);
      open(words["compose.reply"], customer, shop.address, replySubject(mail.subject, language), text, "text");
    },
  };
}
