import type { ComponentChildren } from "preact";
import type { Agent } from "../core/wire";
import { initials } from "./format";
import { Icon } from "./icons";
import type { Words } from "./words";

export function Face({ agent, words }: { agent: Agent; words: Words }) {
  return (
    <span class="face">
      <span aria-hidden="true">{initials(agent.name)}</span>
      <i
        class={agent.is_online ? "dot" : "dot is-off"}
        role="img"
        aria-label={agent.is_online ? words.isHere : words.isAway}
      />
    </span>
  );
}

export function Header(props: {
  words: Words;
  title: string;
  hint: string;
  agent?: Agent | null;
  onBack(): void;
  onClose(): void;
}) {
  const { words, agent } = props;
  return (
    <div class="head">
      <button class="icon" type="button" aria-label={words.back} data-testid="back" onClick={props.onBack}>
        <Icon name="left" />
      </button>
      {agent && <Face agent={agent} words={words} />}
      <div>
        <h2 title={props.title}>{props.title}</h2>
        <span title={props.hint}>{props.hint}</span>
      </div>
      <CloseButton words={words} icon="down" onClose={props.onClose} />
    </div>
  );
}

export function CloseButton({ words, icon, onClose }: { words: Words; icon: "down" | "x"; onClose(): void }) {
  return (
    <button class="icon close" type="button" aria-label={words.close} data-testid="close" onClick={onClose}>
      <Icon name={icon} />
    </button>
  );
}

export function By({ words }: { words: Words }) {
  return (
    <p class="by">
      {words.by[0]}
      <b>Parley</b>
      {words.by[1]}
    </p>
  );
}

const LINK = /https?:\/\/[^\s<>"'“”，。；：？！（）、]+/gi;

/** Text with its links as elements. Nothing a customer or an agent writes is ever read as HTML. */
export function linked(text: string, hint: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const url = match[0].replace(/[.,;:!?)\]}]+$/, "");
    parts.push(
      text.slice(from, match.index),
      <a href={url} target="_blank" rel="noopener noreferrer nofollow">
        {url}
        <span class="sr">{hint}</span>
      </a>,
    );
    from = match.index + url.length;
  }
  parts.push(text.slice(from));
  return parts;
}
