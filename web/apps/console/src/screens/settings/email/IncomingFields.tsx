import type { MailAdmin } from "@parley/protocol";
import { SelectField, TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import settings from "../Settings.module.css";
import { useEmailInboxes } from "./api";
import { type MailDraft, withIncomingPreset } from "./draft";
import css from "./Email.module.css";
import { ProviderField } from "./ProviderField";
import { Choices, Notice } from "./parts";
import { type ProviderId, providerOf } from "./presets";
import { ServerFields } from "./ServerFields";
import type { Faults } from "./validate";

const WAYS: readonly MailAdmin.Incoming[] = ["smtp", "imap", "none"];
const AFTER: readonly MailAdmin.ImapServer["after"][] = ["mark_seen", "move", "delete"];

export interface WayProps {
  draft: MailDraft;
  provider: ProviderId;
  faults: Faults;
  /** Null: the inbox is being made. */
  inboxId: number | null;
  onProvider: (id: ProviderId) => void;
  onChange: (draft: MailDraft) => void;
}

export function IncomingFields({ draft, provider, faults, inboxId, onProvider, onChange }: WayProps) {
  const { t } = useTranslation();
  const handleWay = (incoming: MailAdmin.Incoming): void =>
    onChange(incoming === "imap" && !draft.imap.host ? withIncomingPreset(draft, provider) : { ...draft, incoming });
  return (
    <div className={settings.stack}>
      <Choices
        label={t("mailbox.incoming")}
        name="incoming"
        options={WAYS.map((value) => ({ value, label: t(`incoming.${value}`), hint: t(`incoming.${value}_hint`) }))}
        value={draft.incoming}
        onChange={handleWay}
      />
      {draft.incoming === "smtp" && <ForwardingNote address={draft.address} />}
      {draft.incoming === "imap" && (
        <div className={settings.form}>
          <ProviderField
            value={provider}
            onChange={(id) => {
              onProvider(id);
              onChange(withIncomingPreset(draft, id));
            }}
          />
          <ServerFields
            kind="imap"
            server={draft.imap}
            provider={providerOf(provider)}
            faults={faults}
            inboxId={inboxId}
            onChange={(patch) => onChange({ ...draft, imap: { ...draft.imap, ...patch } })}
          />
          <MailboxFields draft={draft} faults={faults} onChange={onChange} />
        </div>
      )}
    </div>
  );
}

function MailboxFields({ draft, faults, onChange }: Pick<WayProps, "draft" | "faults" | "onChange">) {
  const { t } = useTranslation();
  const change = (patch: Partial<MailDraft["imap"]>): void => onChange({ ...draft, imap: { ...draft.imap, ...patch } });
  const mailboxFault = faults["imap.mailbox"];
  const moveFault = faults["imap.move_to"];
  return (
    <>
      <TextField
        label={t("mailbox.mailbox")}
        hint={t("mailbox.mailbox_hint")}
        error={mailboxFault && t(mailboxFault)}
        value={draft.imap.mailbox}
        onChange={(event) => change({ mailbox: event.target.value })}
      />
      <SelectField
        label={t("mailbox.after")}
        hint={t(`after.${draft.imap.after}_hint`)}
        value={draft.imap.after}
        options={AFTER.map((value) => ({ value, label: t(`after.${value}`) }))}
        onValue={(value) => change({ after: AFTER.find((item) => item === value) ?? "mark_seen" })}
      />
      {draft.imap.after === "move" && (
        <TextField
          label={t("mailbox.move_to")}
          error={moveFault && t(moveFault)}
          value={draft.imap.move_to}
          onChange={(event) => change({ move_to: event.target.value })}
        />
      )}
    </>
  );
}

/** The port is the server's own setting; without a word from it, the usual one of a mail server. */
function ForwardingNote({ address }: { address: string }) {
  const { t } = useTranslation();
  const listener = useEmailInboxes().data?.listener;
  const host = listener?.host || location.hostname;
  return (
    <Notice>
      <p>{t("mailbox.forward", { address: address || t("mailbox.the_address") })}</p>
      <dl className={css.facts}>
        <div>
          <dt>{t("mailbox.host")}</dt>
          <dd>
            <code>{host}</code>
          </dd>
        </div>
        <div>
          <dt>{t("mailbox.port")}</dt>
          <dd>{listener ? <code>{listener.port}</code> : t("mailbox.port_unknown")}</dd>
        </div>
      </dl>
      <p>{t("mailbox.forward_keep")}</p>
    </Notice>
  );
}
