import { REFUSED, state } from "../core/state";
import type { Conversation } from "../core/wire";
import { words } from "../host";
import { h, icon, type Kids } from "./dom";
import { awayHint } from "./form";
import { brief, fill } from "./format";
import { button, by, closeButton, face, SEND, X } from "./parts";
import { CHAT, go, isAway, start } from "./store";

const past = (it: Conversation): Kids => {
  const { agent, last_message: last, unread_count: unread } = it;
  return h(
    "li",
    button(
      "#past-conversation w-past",
      [
        agent && face(agent),
        h(unread ? "span w-grow w-unread" : "span w-grow", [
          h("strong", agent?.name || words.support),
          h("small w-cut", [
            last?.author_kind === "customer" && words.you + words.colon,
            last && (last.text || (last.has_attachments && words.file)),
          ]),
        ]),
        h("span w-aside", [
          h("small", it.state === "closed" ? words.closedTitle : brief(last?.created_at ?? it.updated_at)),
          unread > 0 && h("b w-badge", unread),
        ]),
      ],
      () => go(CHAT, it.id),
    ),
    {},
    it.id,
  );
};

export function home(): Kids {
  const { inbox_: inbox, conversations_: conversations, phase_: phase, workspace_: workspace } = state;
  const here = inbox?.agents_online;
  const hint = isAway() ? awayHint() : here ? fill(words.people, here) : words.soon;
  return [
    h("div w-body", [
      h("div w-hero", [
        closeButton(X),
        h("p", workspace),
        h("h2", inbox?.greeting || words.greeting),
        h("p", phase === REFUSED ? words.refused : inbox && hint),
      ]),
      h("div w-home", [
        phase !== REFUSED &&
          button(
            "#start-chat w-card w-start",
            [
              h("span w-grow", [
                h("strong", isAway() ? words.leave : conversations[0] ? words.startAgain : words.start),
                h("small", isAway() ? words.leaveHint : words.newHint),
              ]),
              h("i w-go", icon(SEND)),
            ],
            start,
          ),
        conversations[0] && h("div w-card w-list", [h("h3", h("small", words.past)), h("ul", conversations.map(past))]),
      ]),
    ]),
    by(),
  ];
}
