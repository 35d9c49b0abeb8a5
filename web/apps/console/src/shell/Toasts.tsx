import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { dropToast, type Toast, useToasts } from "../lib/toasts";
import css from "./Toasts.module.css";

export function Toasts() {
  const { t } = useTranslation();
  const toasts = useToasts();
  return (
    <section className={css.stack} aria-label={t("toast.region")} aria-live="polite">
      {toasts.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastLine({ toast }: { toast: Toast }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(toast.seconds);
  const [isHeld, setIsHeld] = useState(false);

  useEffect(() => {
    if (isHeld) return;
    if (left <= 0) {
      dropToast(toast.id);
      return;
    }
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left, isHeld, toast.id]);

  const handleAction = (): void => {
    dropToast(toast.id);
    toast.action?.run();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering and focus only pause the clock
    <div
      className={css.toast}
      data-testid="toast"
      onMouseEnter={() => setIsHeld(true)}
      onMouseLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <span>{toast.text}</span>
      {toast.action && (
        <button type="button" onClick={handleAction} data-testid="toast-undo">
          {toast.action.label ?? t("toast.undo")}
        </button>
      )}
      {toast.action && (
        <span className={css.left} aria-hidden="true">
          {left}
        </span>
      )}
    </div>
  );
}
