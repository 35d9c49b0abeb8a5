import { useTranslation } from "react-i18next";
import { PageHead } from "../parts";
import { PasswordCard } from "./PasswordCard";
import { TokensCard } from "./TokensCard";
import { TotpCard } from "./TotpCard";

export default function SecurityPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("settings.security")} />
      <PasswordCard />
      <TotpCard />
      <TokensCard />
    </>
  );
}
