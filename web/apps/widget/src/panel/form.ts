import { send } from "../core/desk";
import { state } from "../core/state";
import { words } from "../host";
import { h, type Kids } from "./dom";
import { fill, moment } from "./format";
import { button, by, header, typed } from "./parts";
import { CHAT, draw, go, isAway, missingFields, ui } from "./store";

type Name = "name" | "email" | "text";

/** Deliberately generous: the real test of an address is whether a letter arrives. */
export const isEmail = (value: string): boolean => /^\S+@\S+\.\S+$/.test(value.trim());

/** When somebody will be there again. */
export function awayHint(): string {
  const opens_at = state.inbox_?.opens_at;
  return opens_at ? fill(words.shutUntil, moment(opens_at)) : words.shut;
}

/** Label and complaint of each field. */
const LABELS: Record<Name, [label: string, complaint: string]> = {
  name: [words.name, words.needName],
  email: [words.email, words.needEmail],
  text: [words.message, words.needMessage],
};

function isWrong(name: Name): boolean {
  const value = ui.entered_.values_[name];
  return name === "email" ? !isEmail(value) : !value.trim();
}

/** Label above, sentence of complaint below; the complaint is tied to the field for a screen reader. */
function field(name: Name, prefix: string): Kids {
  const is_wrong = ui.entered_.has_tried_ && isWrong(name);
  const is_text = name === "text";
  const [label, complaint] = LABELS[name];
  return h(
    "div w-field",
    [
      h("label", label, { for: name }),
      h(`${is_text ? "textarea" : "input"}#${prefix}-${name} w-input ${is_wrong ? "w-error" : ""}`, 0, {
        id: name,
        type: name,
        rows: 4,
        maxlength: is_text ? 1e4 : 200,
        autocomplete: name,
        "aria-invalid": `${!!is_wrong}`,
        "aria-describedby": is_wrong ? `e${name}` : null,
        value: ui.entered_.values_[name],
        oninput: typed((value) => {
          ui.entered_.values_[name] = value;
          draw();
        }),
      }),
      is_wrong && h("p w-complaint", complaint, { id: `e${name}` }),
    ],
    {},
    name,
  );
}

/** Before a chat: who the visitor is. Outside business hours: the message as well. */
export function form(): Kids {
  const is_away = isAway();
  const fields: Name[] = missingFields();
  if (is_away) fields.splice(+(fields[0] === "name"), 1, "text", "email");
  const prefix = is_away ? "leave-message" : "prechat";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    ui.entered_.has_tried_ = true;
    draw();
    const wrong = fields.find(isWrong);
    if (wrong) return (event.target as HTMLElement).querySelector<HTMLElement>(`#${wrong}`)?.focus();
    const { name, email, text } = ui.entered_.values_;
    const who = { name: name.trim() || undefined, email: email.trim() || undefined };
    go(CHAT, is_away ? send(null, text.trim(), [], who) : null, who);
  };
  return [
    header(is_away ? words.leave : words.formTitle, is_away ? words.leaveHint : words.formHint),
    h(
      "form w-body w-form",
      [
        is_away && h("p w-notice", awayHint()),
        fields.map((name) => field(name, prefix)),
        button(`#${prefix}-submit w-btn w-primary`, is_away ? words.send : words.start, null, {
          type: "submit",
        }),
      ],
      { novalidate: "", onsubmit: submit },
    ),
    by(),
  ];
}
