import type { Customer } from "@parley/protocol";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { reportError } from "../../lib/errors";
import css from "./Customer.module.css";

const MAX = 5000;
const SAVE_AFTER_MS = 1000;

/** What the team knows about this customer; saved by itself, never shown to him. */
export function CustomerNote({ customer, canEdit }: { customer: Customer; canEdit: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState(customer.note);
  const [isSaved, setIsSaved] = useState(false);
  const isDirty = useRef(false);

  useEffect(() => {
    if (!isDirty.current) setText(customer.note);
  }, [customer.note]);

  useEffect(() => {
    if (!isDirty.current) return;
    const save = (): void => {
      isDirty.current = false;
      desk.api
        .updateCustomer(customer.id, { note: text })
        .then((answer) => {
          desk.store.dispatch({ type: "customer", customer: answer.customer });
          setIsSaved(true);
        })
        .catch((error: unknown) => {
          isDirty.current = true;
          reportError(error);
        });
    };
    const timer = setTimeout(save, SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, customer.id]);

  if (!canEdit && !customer.note) return null;
  return (
    <section className={css.side}>
      <h3>
        {t("customer.note")}
        <span className={css.saved} role="status">
          {isSaved && t("common.saved")}
        </span>
      </h3>
      {canEdit ? (
        <textarea
          className={css.note}
          rows={3}
          value={text}
          maxLength={MAX}
          aria-label={t("customer.note")}
          placeholder={t("customer.note_hint")}
          onChange={(event) => {
            isDirty.current = true;
            setIsSaved(false);
            setText(event.target.value);
          }}
          data-testid="customer-note"
        />
      ) : (
        <p className={css.about}>{customer.note}</p>
      )}
    </section>
  );
}
