import { send } from "../core/desk";
import { state } from "../core/state";
import { words } from "../host";
import { h, type Kids } from "./dom";
import { fill, moment } from "./format";
import { button, by, header, typed } from "./parts";
import { CHAT, draw, go, isAway, missingFields, ui } from "./store";

type Name = "name" | "email" | "text";

/** Deliberately generous: the real test of an address is whether a letter arrives. */
export const isEmail = (value: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim());

/** What is said in place of a chat while nobody is there. */
export function awayHint(): string {
  const opens_at = state.inbox_?.opens_at;
  return opens_at ? fill(words.awayUntil, moment(opens_at)) : words.awayHint;
}

function complaint(name: Name): string | false {
  const value = ui.entered_.values_[name];
  if (name === "email") return !isEmail(value) && words.needEmail;
  return !value.trim() && (name === "name" ? words.needName : words.needMessage);
}

/** Label above, sentence of complaint below; the complaint is tied to the field for a screen reader. */
function field(name: Name, prefix: string): Kids {
  const error = ui.entered_.has_tried_ && complaint(name);
  const is_text = name === "text";
  const label = is_text ? words.message : name === "name" ? words.name : words.email;
  return h(
    "div w-field",
    [
      h("label", label, { for: name }),
      h(`${is_text ? "textarea" : "input"}#${prefix}-${name} ${error ? "w-input w-error" : "w-input"}`, 0, {
        id: name,
        type: name,
        rows: 4,
        maxlength: is_text ? 1e4 : 200,
        autocomplete: name,
        "aria-invalid": `${!!error}`,
        "aria-describedby": error ? `e${name}` : null,
        value: ui.entered_.values_[name],
        oninput: typed((value) => {
          ui.entered_.values_[name] = value;
          draw();
        }),
      }),
      error && h("p w-complaint", error, { id: `e${name}` }),
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
    const wrong = fields.find(complaint);
    if (wrong) return (event.target as HTMLElement).querySelector<HTMLElement>(`#${wrong}`)?.focus();
    const { name, email, text } = ui.entered_.values_;
    const who = { name: name.trim() || undefined, email: email.trim() || undefined };
    go(CHAT, is_away ? send(null, text.trim(), [], who) : null, who);
  };
  return [
    header(is_away ? words.leave : words.formTitle, is_away ? words.shut : words.formHint),
    h(
      "form w-body w-form",
      [
        is_away && h("p w-notice", awayHint()),
        fields.map((name) => field(name, prefix)),
        button(`#${prefix}-submit w-btn w-primary`, is_away ? words.sendMessage : words.begin, null, {
          type: "submit",
        }),
      ],
      { novalidate: "", onsubmit: submit },
    ),
    by(),
  ];
}
