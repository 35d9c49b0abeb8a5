import type { MailAdmin } from "@parley/protocol";
import type { Provider, SecretKind } from "./presets";

const STEPS = ["resolve", "connect", "tls", "login", "mailbox"] as const;

export function knownStep(step: string): (typeof STEPS)[number] | null {
  return STEPS.find((known) => known === step) ?? null;
}

type Tried = Pick<NonNullable<MailAdmin.CheckRequest["smtp"]>, "security" | "auth" | "oauth">;

function secretOf({ secret }: Provider, { auth }: Tried): SecretKind {
  if (auth === "xoauth2") return "token";
  return secret === "token" ? "password" : secret;
}

/** What most often helps when this step fails, as a key of a sentence. */
export function adviceFor(step: string, provider: Provider, server: Tried): string {
  if (step === "login") return `mailadvice.login_${server.oauth ? "oauth" : secretOf(provider, server)}`;
  if (step === "tls" && server.security === "starttls") return "mailadvice.starttls";
  const known = knownStep(step);
  return known ? `mailadvice.${known}` : "mailadvice.other";
}
