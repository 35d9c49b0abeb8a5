import type { MailAdmin } from "@parley/protocol";
import { Button } from "@parley/ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { languageOf } from "../../../i18n";
import { Card, FormError } from "../parts";
import settings from "../Settings.module.css";
import { useSave } from "../useSave";
import { mailAdmin, useKeepEmailInbox } from "./api";
import { emptyDraft, type MailDraft, settingsOf, withIncomingPreset, withOutgoingPreset, withSameLogIn } from "./draft";
import { focusFault } from "./focus-fault";
import { IncomingFields } from "./IncomingFields";
import { OutgoingFields } from "./OutgoingFields";
import { type ProviderId, providerOfAddress } from "./presets";
import { Steps } from "./Steps";
import { addressFaults, type Faults, incomingFaults, outgoingFaults } from "./validate";
import { type Basics, BasicsStep, DoneStep, TestStep } from "./wizard-steps";

const FAULTS = [addressFaults, incomingFaults, outgoingFaults] as const;
const LAST = 3;

interface WizardProps {
  onCancel: () => void;
  onDone: (inboxId: number) => void;
}

/** From an address to an inbox that works, one question at a time. Nothing is stored before the last step. */
export default function Wizard({ onCancel, onDone }: WizardProps) {
  const { t, i18n } = useTranslation();
  const save = useSave();
  const keep = useKeepEmailInbox();
  const top = useRef<HTMLDivElement>(null);
  const [step, setStep] = useState(0);
  const [basics, setBasics] = useState<Basics>({ name: "", team_id: null, locale: languageOf(i18n.language) });
  const [draft, setDraft] = useState(emptyDraft);
  const [providers, setProviders] = useState<{ in: ProviderId; out: ProviderId }>({ in: "generic", out: "generic" });
  const [faults, setFaults] = useState<Faults>({});
  const [created, setCreated] = useState<MailAdmin.EmailInbox | null>(null);

  const go = (next: number): void => {
    setFaults({});
    setStep(next);
    // Once the new title stands there.
    requestAnimationFrame(() => top.current?.querySelector<HTMLElement>("[data-step-title]")?.focus());
  };
  const change = (next: MailDraft): void => {
    setDraft(next);
    if (Object.keys(faults).length > 0) setFaults(FAULTS[step]?.(next) ?? {});
  };
  const handleAddress = (): void => {
    const id = providerOfAddress(draft.address);
    const fresh = { in: id, out: id };
    if (id === providers.in && draft.imap.user === draft.address.trim()) return;
    setProviders(fresh);
    // A public service delivers into its own mailbox; mail to a domain of one's own can come straight to us.
    const incoming =
      id === "generic" ? { ...withIncomingPreset(draft, id), incoming: draft.incoming } : withIncomingPreset(draft, id);
    setDraft({ ...withOutgoingPreset(incoming, id), sender_name: draft.sender_name || basics.name.trim() });
  };
  const handleCreate = async (): Promise<void> => {
    const isDone = await save.run(async () => {
      const answer = await mailAdmin.createEmailInbox({
        ...basics,
        name: basics.name.trim(),
        email: settingsOf(draft),
      });
      desk.store.dispatch({ type: "inboxes", items: [answer.inbox] });
      keep(answer.email_inbox);
      setCreated(answer.email_inbox);
    });
    if (isDone) go(LAST + 1);
  };
  const handleNext = (): void => {
    const found = FAULTS[step]?.(draft) ?? {};
    setFaults(found);
    if (Object.keys(found).length > 0) return focusFault(top.current);
    if (step === LAST) return void handleCreate();
    if (step === 0) handleAddress();
    if (step === 1 && providers.in === providers.out) setDraft(withSameLogIn);
    go(step + 1);
  };
  const way = { draft, faults, inboxId: null, onChange: change };
  return (
    <div className={settings.stack} ref={top} data-testid="email-wizard" data-step={step + 1}>
      <Steps current={step} />
      {created ? (
        <>
          <DoneStep created={created} />
          <div>
            <Button tone="primary" onClick={() => onDone(created.inbox_id)} data-testid="wizard-done">
              {t("mailsetup.open")}
            </Button>
          </div>
        </>
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            handleNext();
          }}
        >
          <Card>
            {step === 0 && (
              <BasicsStep {...way} basics={basics} onBasics={(part) => setBasics({ ...basics, ...part })} />
            )}
            {step === 1 && (
              <IncomingFields
                {...way}
                provider={providers.in}
                onProvider={(id) => setProviders({ ...providers, in: id })}
              />
            )}
            {step === 2 && (
              <OutgoingFields
                {...way}
                provider={providers.out}
                onProvider={(id) => setProviders({ ...providers, out: id })}
              />
            )}
            {step === LAST && <TestStep draft={draft} providers={providers} />}
            <FormError text={save.error} />
            <div className={settings.actions}>
              {step > 0 && <Button onClick={() => go(step - 1)}>{t("common.back")}</Button>}
              <span className={settings.grow} />
              <Button tone="quiet" onClick={onCancel}>
                {t("common.cancel")}
              </Button>
              <Button
                type="submit"
                tone="primary"
                isBusy={save.isBusy}
                disabled={!basics.name.trim() || save.isBusy}
                data-testid="wizard-next"
              >
                {t(step === LAST ? "mailsetup.create" : "mailsetup.next")}
              </Button>
            </div>
          </Card>
        </form>
      )}
    </div>
  );
}
