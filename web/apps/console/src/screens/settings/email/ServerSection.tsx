import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../parts";
import settings from "../Settings.module.css";
import { CheckCard } from "./CheckCard";
import { imapOf, type MailDraft, smtpOf } from "./draft";
import { IncomingFields } from "./IncomingFields";
import { OutgoingFields } from "./OutgoingFields";
import { type ProviderId, providerOf, providerOfHost } from "./presets";
import type { Faults } from "./validate";

interface SectionProps {
  kind: "imap" | "smtp";
  id: number;
  draft: MailDraft;
  faults: Faults;
  change: (draft: MailDraft) => void;
}

/** One way, in or out, with its test. */
export function ServerSection({ kind, id, draft, faults, change }: SectionProps) {
  const { t } = useTranslation();
  const [provider, setProvider] = useState<ProviderId>(() => providerOfHost(draft[kind].host));
  const props = { draft, provider, faults, inboxId: id, onProvider: setProvider, onChange: change };
  const isUsed = kind === "imap" ? draft.incoming === "imap" : draft.outgoing === "smtp";
  const server = kind === "imap" ? { imap: imapOf(draft) } : { smtp: smtpOf(draft) };
  return (
    <Card title={t(kind === "imap" ? "mailbox.incoming" : "mailbox.outgoing")}>
      {kind === "imap" ? <IncomingFields {...props} /> : <OutgoingFields {...props} />}
      {isUsed && (
        <div className={settings.gap}>
          <CheckCard kind={kind} request={{ inbox_id: id, ...server }} provider={providerOf(provider)} />
        </div>
      )}
    </Card>
  );
}
