import { Component } from "preact";
import type { Who } from "../core/outbox";
import type { Customer, Inbox } from "../core/wire";
import { Field, isEmail } from "./field";
import type { Format } from "./format";
import { By, Header } from "./parts";

interface Props {
  inbox: Inbox | null;
  customer: Customer | null;
  is_away: boolean;
  format: Format;
  onBack(): void;
  onClose(): void;
  /** Before a chat there is no text yet; outside business hours the message is part of the form. */
  onDone(who: Who, text: string | null): void;
}

type Name = "name" | "email" | "text";
interface State {
  values: Record<Name, string>;
  has_tried: boolean;
}

/** What this inbox asks for and the visitor has not told yet. */
export function missingFields(inbox: Inbox | null, customer: Customer | null): ("name" | "email")[] {
  if (!inbox?.prechat.is_enabled || customer?.is_verified) return [];
  return (["name", "email"] as const).filter((name) => inbox.prechat.fields.includes(name) && !customer?.[name]);
}

export class StartForm extends Component<Props, State> {
  override state: State = {
    values: { name: this.props.customer?.name ?? "", email: this.props.customer?.email ?? "", text: "" },
    has_tried: false,
  };

  private fields(): Name[] {
    const { inbox, customer, is_away } = this.props;
    const asked = missingFields(inbox, customer);
    return is_away ? [...asked.filter((name) => name !== "email"), "text", "email"] : asked;
  }

  private errorOf(name: Name): string | null {
    const { words } = this.props.format;
    const value = this.state.values[name];
    if (name === "email") return isEmail(value) ? null : words.needEmail;
    if (value.trim()) return null;
    return name === "name" ? words.needName : words.needMessage;
  }

  private handleSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const wrong = this.fields().find((name) => this.errorOf(name));
    this.setState({ has_tried: true });
    if (wrong) {
      const form = event.currentTarget;
      if (form instanceof HTMLFormElement) form.querySelector<HTMLElement>(`#parley-${wrong}`)?.focus();
      return;
    }
    const { name, email, text } = this.state.values;
    const who = { ...(name.trim() ? { name: name.trim() } : {}), ...(email.trim() ? { email: email.trim() } : {}) };
    this.props.onDone(who, this.props.is_away ? text.trim() : null);
  };

  override render() {
    const { format, is_away, inbox } = this.props;
    const { words } = format;
    const when = inbox?.opens_at ? format.moment(inbox.opens_at) : null;
    const hint = is_away ? (when ? words.awayUntil(when) : words.awayHint) : words.formHint;
    const labels = { name: words.name, email: words.email, text: words.message };
    const prefix = is_away ? "leave-message" : "prechat";
    return (
      <>
        <Header
          words={words}
          title={is_away ? words.awayTitle : words.formTitle}
          hint={is_away ? words.shut : hint}
          {...this.props}
        />
        <form class="body form" noValidate onSubmit={this.handleSubmit}>
          {is_away && <p class="notice">{hint}</p>}
          {this.fields().map((name) => (
            <Field
              key={name}
              id={`parley-${name}`}
              label={labels[name]}
              value={this.state.values[name]}
              error={this.state.has_tried ? this.errorOf(name) : null}
              testid={`${prefix}-${name}`}
              kind={name === "email" ? "email" : "text"}
              autocomplete={name}
              rows={name === "text" ? 4 : 0}
              onInput={(value) => this.setState({ values: { ...this.state.values, [name]: value } })}
            />
          ))}
          <button class="btn primary" type="submit" data-testid={`${prefix}-submit`}>
            {is_away ? words.sendMessage : words.begin}
          </button>
        </form>
        <By words={words} />
      </>
    );
  }
}
