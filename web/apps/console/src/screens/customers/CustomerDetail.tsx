import { ApiError, newKey } from "@parley/client";
import { Blank, Button, Dialog, DialogFoot, IconButton, SelectField, TextAreaField, TextField } from "@parley/ui";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { errorText, referenceOf } from "../../lib/errors";
import { PHONE, useCan, useInboxes, useMailInboxes, useMedia } from "../../lib/hooks";
import { CustomerCard } from "../customer/CustomerCard";
import css from "./Customers.module.css";

export function CustomerDetail({ customerId }: { customerId: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isPhone = useMedia(PHONE);
  const canReply = useCan("ticket.reply");
  const hasInbox = useInboxes().length > 0;
  const [isStarting, setIsStarting] = useState(false);
  const query = useQuery({
    queryKey: ["customer", customerId],
    queryFn: () => desk.loadCustomer(customerId).then(() => true),
    staleTime: 0,
  });
  if (query.isError) {
    const isGone = query.error instanceof ApiError && query.error.status === 404;
    return (
      <Blank
        icon={isGone ? "search" : "alert"}
        isError={!isGone}
        title={t(isGone ? "notfound.title" : "customers.error")}
        text={errorText(query.error)}
        reference={referenceOf(query.error)}
      />
    );
  }
  return (
    <div className={css.card}>
      {isPhone && <h1 className="sr-only">{t("nav.customers")}</h1>}
      <div className={css.bar}>
        {isPhone && (
          <IconButton icon="left" label={t("common.back")} onClick={() => void navigate({ to: "/customers" })} />
        )}
        <span className={css.grow} />
        {canReply && hasInbox && (
          <Button icon="chatnew" onClick={() => setIsStarting(true)} data-testid="start-conversation">
            {t("customers.start")}
          </Button>
        )}
      </div>
      <CustomerCard customerId={customerId} currentTicketId={null} />
      {isStarting && <StartDialog customerId={customerId} onClose={() => setIsStarting(false)} />}
    </div>
  );
}

function StartDialog({ customerId, onClose }: { customerId: number; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mail = useMailInboxes();
  const inboxes = useInboxes().filter((inbox) => inbox.channel !== "email" || mail.includes(inbox));
  const [inboxId, setInboxId] = useState(String(inboxes[0]?.id ?? ""));
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [key] = useState(newKey);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | undefined>();
  const handleStart = async (): Promise<void> => {
    setIsBusy(true);
    try {
      const { ticket } = await desk.api.createTicket({
        inbox_id: Number(inboxId),
        customer_id: customerId,
        subject: subject.trim(),
        text: text.trim(),
        client_id: key,
      });
      desk.store.dispatch({ type: "tickets", items: [ticket] });
      await navigate({ to: "/inbox/$view/$ticketId", params: { view: "mine", ticketId: String(ticket.id) } });
    } catch (failure) {
      setError(errorText(failure));
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={t("customers.start")} closeLabel={t("common.close")} onClose={onClose}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void handleStart();
        }}
      >
        <SelectField
          label={t("customers.through")}
          value={inboxId}
          options={inboxes.map((inbox) => ({ value: String(inbox.id), label: inbox.name }))}
          onValue={setInboxId}
        />
        <TextField
          label={t("conversation.subject")}
          required
          maxLength={200}
          value={subject}
          onChange={(event) => setSubject(event.target.value)}
        />
        <TextAreaField
          label={t("customers.message")}
          required
          rows={4}
          maxLength={10000}
          error={error}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <DialogFoot>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" isBusy={isBusy} disabled={!subject.trim() || !text.trim() || isBusy}>
            {t("composer.send")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
