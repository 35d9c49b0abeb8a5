import { rate, skipRating } from "../core/desk";
import type { Conversation } from "../core/wire";
import { words } from "../host";
import { h, icon, type Kids } from "./dom";
import { fill } from "./format";
import { button, typed } from "./parts";
import { draw, ui } from "./store";

const STAR = "M12 3l3 6 6 1-4 5 1 6-6-3-6 3 1-6-4-5 6-1z";

const label = (n: number) => fill(words.score, n, words.scores.split("/")[n - 1]);

/** Native radio buttons under drawn stars: arrow keys, one tab stop and "4 of 5" come with them. */
export function rating({ id, agent }: Conversation): Kids {
  const { entered_: entered } = ui;
  const { score_: score, is_rating_: is_rating } = entered;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    entered.is_rating_ = true;
    draw();
    entered.has_failed_ = !(await rate(id, score, entered.comment_.trim()));
    entered.is_rating_ = false;
    draw();
  };
  return h(
    "form#rating w-rate",
    [
      h("fieldset", [
        h("legend", agent?.name ? fill(words.rateName, agent.name) : words.rateTitle),
        h(
          "div w-stars",
          [1, 2, 3, 4, 5].map((n) =>
            h("label", [
              h(`input#rating-star-${n}`, 0, {
                type: "radio",
                name: "score",
                "aria-label": label(n),
                checked: n === score,
                onchange: () => {
                  entered.score_ = n;
                  draw();
                },
              }),
              icon(STAR, "", n <= score ? "currentColor" : "none"),
            ]),
          ),
        ),
      ]),
      h("p w-scale", score ? label(score) : "\xa0", { "aria-hidden": "true" }),
      h("textarea#rating-comment w-input", 0, {
        rows: 2,
        maxlength: 1e3,
        placeholder: words.comment,
        "aria-label": words.comment,
        value: entered.comment_,
        oninput: typed((value) => {
          entered.comment_ = value;
        }),
      }),
      entered.has_failed_ && h("p w-complaint", words.failed, { role: "alert" }),
      button("#rating-submit w-btn w-primary", words.rate, null, { type: "submit", disabled: !score || !!is_rating }),
      button("#rating-skip w-btn w-quiet", words.notNow, () => skipRating(id)),
    ],
    { onsubmit: submit },
  );
}
