import type { DeskState } from "../core/state";
import type { Conversation, Id } from "../core/wire";
import type { Format } from "./format";
import { Icon } from "./icons";
import { By, CloseButton, Face } from "./parts";

interface Props {
  desk: DeskState;
  format: Format;
  onStart(): void;
  onShow(id: Id): void;
  onClose(): void;
}

function Past({
  conversation: it,
  format,
  onShow,
}: {
  conversation: Conversation;
  format: Format;
  onShow(id: Id): void;
}) {
  const { words } = format;
  const last = it.last_message;
  const line = last ? last.text || (last.has_attachments ? words.file : "") : "";
  return (
    <li>
      <button class="past" type="button" data-testid="past-conversation" onClick={() => onShow(it.id)}>
        {it.agent && <Face agent={it.agent} words={words} />}
        <span class={it.unread_count ? "grow is-unread" : "grow"}>
          <strong>{it.agent?.name || words.support}</strong>
          <small>
            {last?.author_kind === "customer" && words.you}
            {line}
          </small>
        </span>
        <span class="aside">
          <small>{it.state === "closed" ? words.ended : format.brief(last?.created_at ?? it.updated_at)}</small>
          {it.unread_count > 0 && <b class="count">{it.unread_count}</b>}
        </span>
      </button>
    </li>
  );
}

export function Home({ desk, format, onStart, onShow, onClose }: Props) {
  const { words } = format;
  const { inbox, conversations, phase } = desk;
  const is_shut = inbox?.is_open === false;
  const when = inbox?.opens_at ? format.moment(inbox.opens_at) : null;
  const hint = is_shut ? (when ? words.shutUntil(when) : words.shut) : inbox?.agents_online ? words.here : words.soon;
  return (
    <>
      <div class="body">
        <div class="hero">
          <CloseButton words={words} icon="x" onClose={onClose} />
          <p>{desk.workspace || " "}</p>
          <h2>{inbox?.greeting || words.greeting}</h2>
          <p>{phase === "refused" ? words.refused : inbox ? hint : " "}</p>
        </div>
        <div class="home">
          {phase !== "refused" && (
            <button class="card start" type="button" data-testid="start-chat" onClick={onStart}>
              <span class="grow">
                <strong>{is_shut ? words.leave : conversations.length ? words.startAgain : words.start}</strong>
                <small>
                  {is_shut ? words.leaveHint : inbox?.agents_online ? words.people(inbox.agents_online) : words.soon}
                </small>
              </span>
              <i class="go">
                <Icon name="send" />
              </i>
            </button>
          )}
          {conversations.length > 0 && (
            <section class="card list" aria-label={words.past}>
              <h3>{words.past}</h3>
              <ul>
                {conversations.map((it) => (
                  <Past key={it.id} conversation={it} format={format} onShow={onShow} />
                ))}
              </ul>
            </section>
          )}
        </div>
      </div>
      <By words={words} />
    </>
  );
}
