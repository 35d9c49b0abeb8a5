import type { MailAdmin } from "@parley/protocol";
import type { Provider } from "./presets";

const STEPS = ["resolve", "connect", "tls", "login", "mailbox"] as const;

export function knownStep(step: string): (typeof STEPS)[number] | null {
  return STEPS.find((known) => known === step) ?? null;
}

/** What most often helps when this step fails, as a key of a sentence. */
export function adviceFor(step: string, provider: Provider, security: MailAdmin.Security): string {
  if (step === "login") return `mailadvice.login_${provider.secret}`;
  if (step === "tls" && security === "starttls") return "mailadvice.starttls";
  const known = knownStep(step);
  return known ? `mailadvice.${known}` : "mailadvice.other";
}
