import { Button, Dialog, DialogFoot, DialogText } from "@parley/ui";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormError } from "../settings/parts";
import { useSave } from "../settings/useSave";

interface ConfirmProps {
  title: string;
  text: string;
  verb: string;
  isDanger?: boolean;
  run: () => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** A question with its consequence. Stays open and says why when the deed fails. */
export function Confirm({ title, text, verb, isDanger = true, run, onClose, children }: ConfirmProps) {
  const { t } = useTranslation();
  const save = useSave();
  const handleConfirm = async (): Promise<void> => {
    if (await save.run(run)) onClose();
  };
  return (
    <Dialog title={title} closeLabel={t("common.close")} onClose={onClose}>
      <DialogText>{text}</DialogText>
      {children}
      <FormError text={save.error} />
      <DialogFoot>
        {/* Where it cannot be undone, the way back is the first key. */}
        <Button autoFocus onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button
          tone={isDanger ? "danger" : "primary"}
          isBusy={save.isBusy}
          onClick={() => void handleConfirm()}
          data-testid="confirm"
        >
          {verb}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}

/** What is asked at the moment, if anything. */
export function useConfirm() {
  const [question, setQuestion] = useState<Omit<ConfirmProps, "onClose"> | null>(null);
  return { ask: setQuestion, dialog: question && <Confirm {...question} onClose={() => setQuestion(null)} /> };
}
