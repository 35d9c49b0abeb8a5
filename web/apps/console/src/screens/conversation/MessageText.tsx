import { Fragment, type ReactNode } from "react";
import css from "./Message.module.css";

const LINK = /\bhttps?:\/\/[^\s<>"'，。；！？、（）]+[^\s<>"'.,;:!?)\]，。；！？、（）]/g;

function linked(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(<Fragment key={from}>{text.slice(from, match.index)}</Fragment>);
    parts.push(
      <a key={`l${match.index}`} href={match[0]} target="_blank" rel="noopener noreferrer nofollow">
        {match[0]}
      </a>,
    );
    from = match.index + match[0].length;
  }
  parts.push(<Fragment key="end">{text.slice(from)}</Fragment>);
  return parts;
}

/** Plain text with its line breaks; addresses become links; nothing is ever parsed as markup. */
export function MessageText({ text }: { text: string }) {
  return <p className={css.text}>{linked(text)}</p>;
}
