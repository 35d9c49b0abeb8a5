/** The demo's mails as the server tells them, and writing to the shop. */
export interface Address {
  name: string;
  address: string;
}

export interface Mail {
  id: number;
  from: Address;
  to: Address[];
  subject: string;
  text: string;
  html: string;
  at: number;
  messageId: string;
  isFromShop: boolean;
}

export interface Letter {
  from_name: string;
  from_address: string;
  to: string;
  subject: string;
  text: string;
  in_reply_to?: string;
}

/** The server runs, but not as a demo. */
export class NoDemo extends Error {}

const PATH = "/api/v1/demo/mails";

function fields(value: unknown): Map<string, unknown> {
  return new Map(Object.entries(typeof value === "object" && value !== null ? value : {}));
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);

function addressOf(value: unknown): Address {
  const read = fields(value);
  return { name: text(read.get("name")), address: text(read.get("address")) };
}

export function mailOf(value: unknown): Mail {
  const read = fields(value);
  const to = read.get("to");
  return {
    id: number(read.get("id")),
    from: addressOf(read.get("from")),
    to: Array.isArray(to) ? to.map(addressOf) : [],
    subject: text(read.get("subject")),
    text: text(read.get("text")),
    html: text(read.get("html")),
    at: number(read.get("at")),
    messageId: text(read.get("message_id")),
    isFromShop: read.get("is_from_shop") === true,
  };
}

export async function readMails(): Promise<Mail[]> {
  const response = await fetch(PATH, { signal: AbortSignal.timeout(10_000) });
  if (response.status === 404) throw new NoDemo();
  if (!response.ok) throw new Error(`${PATH}: ${response.status}`);
  const items = fields(await response.json()).get("items");
  return Array.isArray(items) ? items.map(mailOf) : [];
}

export async function sendLetter(letter: Letter): Promise<void> {
  const response = await fetch(PATH, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify(letter),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`${PATH}: ${response.status}`);
}

export function shown({ name, address }: Address): string {
  return name || address;
}

export function replySubject(subject: string, language: "en" | "zh"): string {
  if (/^\s*(?:re|回复|答复)\s*[:：]/i.test(subject)) return subject;
  return language === "zh" ? `回复：${subject}` : `Re: ${subject}`;
}

/** The mail as it was, below the answer, as mail programs do it. */
export function quoted(mail: Mail, when: string, language: "en" | "zh"): string {
  const who = shown(mail.from);
  const head = language === "zh" ? `在 ${when}，${who} 写道：` : `On ${when}, ${who} wrote:`;
  const lines = mail.text.trim().split(/\r?\n/);
  return `\n\n${head}\n${lines.map((line) => (line.startsWith(">") ? `>${line}` : `> ${line}`)).join("\n")}\n`;
}

/** Whom a mail is answered to, and as whom: the shop's side and the customer's side of it. */
export function sidesOf(mail: Mail): { customer: Address; shop: Address } {
  const other = mail.to[0] ?? { name: "", address: "" };
  return mail.isFromShop ? { customer: other, shop: mail.from } : { customer: mail.from, shop: other };
}
