import type { MailAdmin } from "@parley/protocol";
import type { TFunction } from "i18next";
import { plainWord } from "../../mail/problems";
import type { Tone } from "./parts";
import { knownReason } from "./reasons";

export const MAIL_TONES: Record<MailAdmin.MailState, Tone> = {
  ticket: "success",
  joined: "success",
  bounce: "warning",
  report: "warning",
  ignored: "neutral",
  blocked: "neutral",
  quarantined: "danger",
  discarded: "neutral",
};

export const OUT_TONES: Record<MailAdmin.OutState, Tone> = {
  pending: "info",
  sending: "info",
  sent: "success",
  delivered: "success",
  failed: "danger",
  dead: "danger",
  uncertain: "warning",
  cancelled: "neutral",
};

export function reasonText(t: TFunction, reason: string): string {
  if (!reason) return "";
  const known = knownReason(reason);
  return known ? t(`mailreason.${known}`) : t("maillog.other_reason", { word: plainWord(reason) });
}

export function sourceText(t: TFunction, source: string): string {
  return source === "smtp" || source === "imap" || source === "http" ? t(`mailsource.${source}`) : source;
}
