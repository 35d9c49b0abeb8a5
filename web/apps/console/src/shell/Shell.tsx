import { later } from "@parley/ui";
import { Outlet, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PHONE, useMedia } from "../lib/hooks";
import { openOverlay, useOverlay } from "../lib/ui-state";
import { BottomBar } from "./BottomBar";
import { OfferBar } from "./OfferBar";
import { Rail } from "./Rail";
import css from "./Shell.module.css";
import { Title } from "./Title";
import { Toasts } from "./Toasts";
import { useGlobalKeys } from "./useGlobalKeys";
import { useNotifications } from "./useNotifications";
import { useOutboxNotices } from "./useOutboxNotices";

const Palette = later(() => import("./palette/Palette"));
const NewMail = later(() => import("../screens/composer/mail/NewMail"));
const CheatSheet = later(() => import("./CheatSheet"));

export function Shell() {
  const { t } = useTranslation();
  const overlay = useOverlay();
  const isPhone = useMedia(PHONE);
  const { ticketId, customerId } = useParams({ strict: false });
  const isDeep = ticketId !== undefined || customerId !== undefined;
  useGlobalKeys();
  useNotifications();
  useOutboxNotices();
  return (
    <div className={css.shell}>
      <Title />
      <a className={css.skip} href="#main">
        {t("nav.skip")}
      </a>
      {!isPhone && <Rail />}
      <div className={css.body}>
        <OfferBar />
        <main className={css.outlet} id="main" tabIndex={-1}>
          <Outlet />
        </main>
        {isPhone && !isDeep && <BottomBar />}
      </div>
      <Toasts />
      {overlay === "palette" && <Palette onClose={() => openOverlay(null)} />}
      {overlay === "mail" && <NewMail onClose={() => openOverlay(null)} />}
      {overlay === "shortcuts" && <CheatSheet onClose={() => openOverlay(null)} />}
    </div>
  );
}
