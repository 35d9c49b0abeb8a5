/** A script of its own; see lazy.ts. */
import type { Conversation } from "../core/wire";
import type { Bridge } from "../shared/bridge";
import type { Kids } from "./dom";
import type { Tools } from "./lazy";
import css from "./rating.css?inline";

const bridge = window.Parley?.bridge_ as Bridge;
const {
  addStyles_: addStyles,
  words_: words,
  ui_: ui,
  draw_: draw,
  h_: h,
  icon_: icon,
  button_: button,
  fill_: fill,
  typed_: typed,
  rate_: rate,
  skipRating_: skipRating,
} = bridge.tools_ as Tools;

const STAR = "M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z";

const label = (n: number) => fill(words.score, n, words.scores.split("/")[n - 1] ?? "");

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
      entered.has_failed_ && h("p w-complaint", words.rateFailed, { role: "alert" }),
      button("#rating-submit w-btn w-primary", words.rate, null, { type: "submit", disabled: !score || is_rating }),
      button("#rating-skip w-btn w-quiet", words.notNow, () => skipRating(id)),
    ],
    { onsubmit: submit },
  );
}

addStyles(css);
bridge.parts_.rating = rating;
draw();
