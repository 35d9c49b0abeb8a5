import { ApiError, NetworkError } from "@parley/client";
import i18next from "i18next";
import { showToast } from "./toasts";

/** One plain sentence for what went wrong. */
export function errorText(error: unknown): string {
  if (error instanceof NetworkError) return i18next.t("error.network");
  if (error instanceof ApiError) {
    const reason = `error.${error.reason}`;
    if (i18next.exists(reason) && error.reason !== error.code) return i18next.t(reason);
    const field = error.code === "invalid_input" ? error.errors[0]?.message : undefined;
    // The server explains single fields in English only.
    if (field && i18next.language === "en") return field;
    const key = `error.${error.code}`;
    if (i18next.exists(key)) return i18next.t(key);
    if (error.problem.detail) return error.problem.detail;
  }
  return i18next.t("error.internal");
}

/** The same for what an outbox keeps of an error: its reason, and that may be one of a field this desk has no words for. */
export function codeText(code: string | null): string {
  if (code === null) return "";
  return i18next.exists(`error.${code}`) ? i18next.t(`error.${code}`) : i18next.t("error.invalid_input");
}

export function referenceOf(error: unknown): string | undefined {
  const id = error instanceof ApiError ? error.problem.request_id : "";
  return id ? i18next.t("error.reference", { id }) : undefined;
}

/** For an action that failed and left everything as it was. */
export function reportError(error: unknown): void {
  showToast(errorText(error));
}

export function attempt(work: Promise<unknown>): void {
  work.catch(reportError);
}
