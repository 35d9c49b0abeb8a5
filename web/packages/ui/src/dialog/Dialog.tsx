import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "../button/Button";
import { cx } from "../cx";
import css from "./Dialog.module.css";

interface DialogProps {
  title: string;
  closeLabel: string;
  onClose: () => void;
  look?: "box" | "wide" | "side";
  /** True when the content brings its own heading and padding. */
  isBare?: boolean;
  children: ReactNode;
}

/** Modal: focus moves in, stays in and returns; Escape and a press outside close it. */
export function Dialog({ title, closeLabel, onClose, look = "box", isBare = false, children }: DialogProps) {
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      className={cx(css.scrim, look === "side" && css.side, isBare && css.bare)}
    >
      <Modal className={cx(css.box, look === "wide" && css.wide)}>
        <AriaDialog className={css.dialog ?? ""} aria-label={title}>
          {!isBare && (
            <div className={css.head}>
              <Heading level={2} slot="title">
                {title}
              </Heading>
              <IconButton icon="x" label={closeLabel} onClick={onClose} />
            </div>
          )}
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export function DialogText({ children }: { children: ReactNode }) {
  return <p className={css.text}>{children}</p>;
}

export function DialogFoot({ children }: { children: ReactNode }) {
  return <div className={css.foot}>{children}</div>;
}
