import type { Change } from "@parley/protocol";
import { Button, Icon } from "@parley/ui";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import type { ShownTicket } from "../../lib/hooks";
import { customerName, firstName } from "../../lib/people";
import css from "./Composer.module.css";
import type { ComposerModel } from "./useComposer";

interface GuardProps {
  ticket: ShownTicket;
  composer: ComposerModel;
}

function changeLine(change: Change, t: TFunction): string {
  const first = change.changes.find((item) => item.field === "state" || item.field === "assignee_id");
  const actor = change.actor.name || t("guard.somebody");
  if (first?.field === "state") return t("guard.state", { actor, to: t(`state.${String(first.to)}`) });
  return t("guard.assignee", { actor });
}

/** How much there is to know before sending, and the newest of it. */
function summary(
  { ticket, composer }: GuardProps,
  t: TFunction,
): { count: number; line: string; hasMessages: boolean } {
  const fromServer = composer.guard?.changes ?? [];
  const messages = fromServer.flatMap((change) => (change.message ? [change.message] : []));
  const seen = messages.length > composer.news.length ? messages : composer.news;
  const latest = [...seen].sort((a, b) => a.id - b.id).at(-1);
  if (!latest) {
    const change = [...fromServer].sort((a, b) => a.version - b.version).at(-1);
    return { count: fromServer.length, line: change ? changeLine(change, t) : "", hasMessages: false };
  }
  const isCustomer = latest.author.kind === "customer";
  const name = firstName(isCustomer ? customerName(ticket.requester) : latest.author.name);
  const count = Math.max(seen.length, composer.news.length);
  return { count, line: t("guard.line", { name, text: latest.text || t("message.attachment") }), hasMessages: true };
}

function heading(composer: ComposerModel, count: number, isMessage: boolean, t: TFunction): string {
  if (composer.held.length === 0) return t(isMessage ? "guard.messages" : "guard.changes", { count });
  const isCustomer = composer.news.some((message) => message.author.kind === "customer");
  const reason = isCustomer ? "customer" : isMessage ? "colleague" : "change";
  return t(`guard.held_${reason}`, { count: composer.held.filter((entry) => entry.kind === "reply").length });
}

export function Guard({ ticket, composer }: GuardProps) {
  const { t } = useTranslation();
  const { count, line, hasMessages } = summary({ ticket, composer }, t);
  const isHeld = composer.held.length > 0;
  const handleSend = (): void => {
    if (isHeld) desk.outbox?.release(ticket.id);
    else composer.send(null, true);
  };
  const handleShow = (): void => {
    const mark = document.getElementById("news-divider");
    if (mark) mark.scrollIntoView({ block: "center" });
    composer.acknowledge();
  };
  return (
    <div className={css.guard} role="status" data-testid="reply-guard">
      <Icon name="chatnew" />
      <div className={css.guardText}>
        <strong>{heading(composer, count, hasMessages, t)}</strong>
        <p title={line}>{line}</p>
      </div>
      <Button size="sm" onClick={handleShow} data-testid="guard-show">
        {t("guard.show")}
      </Button>
      <Button
        size="sm"
        tone="quiet"
        disabled={!isHeld && !composer.canSend}
        onClick={handleSend}
        data-testid="guard-send"
      >
        {t("guard.send_anyway")}
      </Button>
    </div>
  );
}
