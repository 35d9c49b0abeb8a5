import type { Customer } from "@parley/protocol";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { reportError } from "../../lib/errors";
import { customerName } from "../../lib/people";
import css from "./Customer.module.css";

/** The name; a press turns it into a field. Enter or leaving saves, Escape does not. */
export function EditableName({ customer, canEdit }: { customer: Customer; canEdit: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const shown = customerName(customer);
  if (!canEdit) return <span className={css.name}>{shown}</span>;
  const handleSave = (): void => {
    const name = text?.trim() ?? "";
    setText(null);
    if (!name || name === customer.name) return;
    desk.api
      .updateCustomer(customer.id, { name })
      .then((answer) => desk.store.dispatch({ type: "customer", customer: answer.customer }))
      .catch(reportError);
  };
  if (text === null) {
    return (
      <button
        type="button"
        className={css.name}
        lang={customer.locale || undefined}
        title={t("customer.edit_name")}
        onClick={() => setText(customer.name)}
        data-testid="customer-name"
      >
        {shown}
      </button>
    );
  }
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the agent has just asked for it
      autoFocus
      className={css.nameInput}
      value={text}
      maxLength={120}
      aria-label={t("customer.name")}
      onChange={(event) => setText(event.target.value)}
      onBlur={handleSave}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") handleSave();
        if (event.key === "Escape") {
          event.stopPropagation();
          setText(null);
        }
      }}
      data-testid="customer-name-input"
    />
  );
}
