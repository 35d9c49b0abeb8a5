import { find, state } from "../core/state";
import type { Conversation } from "../core/wire";
import { words } from "../host";
import { composer } from "./composer";
import { h, icon, type Kids } from "./dom";
import { awayHint } from "./form";
import { fill } from "./format";
import { log, note } from "./log";
import { ALERT, button, by, header } from "./parts";
import { rating } from "./rating";
import { draw, isAway, start, ui } from "./store";

/** The place in line, as a number and as words. */
const queue = (position: number): Kids =>
  h(
    "div#queue-card w-queue",
    [
      h("b", position, { "aria-hidden": "true" }),
      h("p", position > 1 ? fill(words.line, position) : words.next),
      h("p", words.lineHint),
    ],
    { "data-position": position },
  );

function head(it: Conversation | undefined): Kids {
  if (it?.state === "closed") return header(words.closedTitle, words.closedHint, it.agent);
  if (it?.agent) return header(it.agent.name, it.agent.is_online ? words.isHere : words.isAway, it.agent);
  return it?.state === "queued" ? header(words.waitTitle, words.waitHint) : header(words.startAgain, words.newHint);
}

/** Below the newest message. */
function card(it: Conversation): Kids {
  if (it.state === "closed")
    return it.rating ? note(words.thanks) : it.can_rate && !state.unrated_.includes(it.id) && rating(it);
  if (isAway()) return note([awayHint(), " ", words.leaveHint]);
  return it.state === "queued" && it.queue && queue(it.queue.position);
}

function foot(it: Conversation | undefined): Kids {
  if (it?.state !== "closed" || ui.entered_.is_reopening_)
    return composer(it?.state === "queued" ? words.writeWait : words.write);
  return h(
    "div w-foot",
    [
      button(`#start-again w-btn ${it.can_rate ? "w-second" : "w-primary"}`, words.startAgain, start),
      button("#reopen w-btn w-quiet", words.goOn, () => {
        ui.entered_.is_reopening_ = true;
        draw();
      }),
    ],
    {},
    "ended",
  );
}

export function chat(): Kids {
  const it = find(ui.view_.id_);
  return [
    head(it),
    state.is_offline_ && h("small#offline-banner w-banner", [icon(ALERT), words.offline], { role: "status" }),
    log(it, it && card(it)),
    foot(it),
    by(),
    ui.entered_.is_dropping_ && h("p w-drop", words.drop),
  ];
}
