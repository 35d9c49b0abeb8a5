/** The shop's side of the chat: which inbox, who the visitor is, and the script tag every shop would use. */
import type { Language } from "./page";

export type Customer = "sofia" | "wang" | "";

interface Identity {
  external_id: string;
  name: string;
  email: string;
  hmac: string;
}

type ParleyCall = (command: string, ...args: unknown[]) => void;

declare global {
  interface Window {
    Parley?: ParleyCall;
    parleySettings?: { inbox: string; locale: string; identity?: Identity };
  }
}

const NAME = "tidewood-customer";

export function currentCustomer(): Customer {
  try {
    const stored = localStorage.getItem(NAME);
    return stored === "sofia" || stored === "wang" ? stored : "";
  } catch {
    return "";
  }
}

function remember(customer: Customer): void {
  try {
    localStorage.setItem(NAME, customer);
  } catch {
    // Without storage the sign-in lasts until the next page.
  }
}

const text = (v: unknown): string => (typeof v === "string" ? v : "");

async function ask(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return { ...(await response.json()) };
}

/** A real shop's server signs this after its own log-in; the browser never sees the secret. */
async function signedIdentity(customer: Customer): Promise<{ identity: Identity; inbox: string }> {
  const answer = await ask(`/demo/identity?customer=${customer}`);
  const { external_id, name, email, hmac, inbox } = answer;
  return {
    identity: { external_id: text(external_id), name: text(name), email: text(email), hmac: text(hmac) },
    inbox: text(inbox),
  };
}

export async function startChat(language: Language): Promise<void> {
  const config = await ask("/demo/config");
  const customer = currentCustomer();
  const signed = customer ? await signedIdentity(customer) : null;
  const own = text(language === "zh" ? config.inbox_key_zh : config.inbox_key_en);
  window.parleySettings = {
    inbox: signed?.inbox || own,
    locale: language === "zh" ? "zh-CN" : "en",
    ...(signed ? { identity: signed.identity } : {}),
  };
  const script = document.createElement("script");
  script.src = "/widget.js";
  script.async = true;
  script.dataset.inbox = window.parleySettings.inbox;
  document.head.append(script);
}

/** Signing in or out in this page. A customer of the other inbox needs a fresh page, as another inbox is another chat. */
export async function switchCustomer(customer: Customer): Promise<void> {
  const was_signed_in = currentCustomer() !== "";
  remember(customer);
  if (!customer) {
    window.Parley?.("logout");
    if (was_signed_in) location.reload();
    return;
  }
  const { identity, inbox } = await signedIdentity(customer);
  if (inbox === window.parleySettings?.inbox && window.Parley) window.Parley("identify", identity);
  else location.reload();
}
