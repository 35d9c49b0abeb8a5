import type { Ticket } from "@parley/protocol";
import { Avatar, Button } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../app/desk";
import { useNowSeconds } from "../lib/clock";
import { reportError } from "../lib/errors";
import { sameItems, useDerived, useMe } from "../lib/hooks";
import { customerName } from "../lib/people";
import css from "./OfferBar.module.css";

const NO_OFFERS: readonly Ticket[] = [];

/** Asked with every change of any ticket, and nearly always about nothing. */
function offersTo(me: number | undefined): readonly Ticket[] {
  let offers = NO_OFFERS;
  desk.store.state.tickets.forEach((ticket) => {
    if (ticket.offer !== null && ticket.offer.agent_id === me) offers = [...offers, ticket];
  });
  return offers.length < 2
    ? offers
    : offers.toSorted((a, b) => (a.offer?.expires_at ?? 0) - (b.offer?.expires_at ?? 0));
}

/** What the desk offers me right now; the longest-standing offer first. */
export function OfferBar() {
  const me = useMe()?.agent.id;
  const offered = useDerived("tickets", () => offersTo(me), sameItems);
  const first = offered[0];
  return first ? <Offer key={first.id} ticket={first} more={offered.length - 1} /> : null;
}

function Offer({ ticket, more }: { ticket: Ticket; more: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const now = useNowSeconds();
  const [isBusy, setIsBusy] = useState(false);
  const left = Math.max(0, Math.ceil(((ticket.offer?.expires_at ?? 0) - now) / 1000));
  if (left === 0) return null;

  const answer = async (isAccepted: boolean): Promise<void> => {
    setIsBusy(true);
    try {
      await desk.answerOffer(ticket.id, isAccepted);
      if (isAccepted) {
        await navigate({ to: "/inbox/$view/$ticketId", params: { view: "mine", ticketId: String(ticket.id) } });
      }
    } catch (error) {
      reportError(error);
      void desk.refreshTicket(ticket.id).catch(() => undefined);
    } finally {
      setIsBusy(false);
    }
  };
  const name = customerName(ticket.requester);
  return (
    <section
      className={css.offer}
      role="alert"
      aria-label={t("offer.title")}
      data-testid="offer"
      data-ticket-id={ticket.id}
    >
      <Avatar id={ticket.requester.id} name={name} size="sm" />
      <div className={css.text}>
        <strong>{t("offer.from", { name })}</strong>
        <span>
          {ticket.subject || ticket.last_message?.text}
          {more > 0 && ` · ${t("offer.more", { count: more })}`}
        </span>
      </div>
      <span className={css.left} aria-hidden="true">
        {t("offer.seconds", { count: left })}
      </span>
      <Button size="sm" disabled={isBusy} onClick={() => void answer(false)} data-testid="offer-decline">
        {t("offer.decline")}
      </Button>
      <Button tone="primary" size="sm" disabled={isBusy} onClick={() => void answer(true)} data-testid="offer-accept">
        {t("offer.accept")}
      </Button>
    </section>
  );
}
