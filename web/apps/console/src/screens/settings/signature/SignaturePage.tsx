import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { useMe } from "../../../lib/hooks";
import { Reading } from "../email/parts";
import { PageHead } from "../parts";
import { SIGNATURE } from "./key";
import { SignatureForm } from "./SignatureForm";

/** The agent's own signature, below what he writes and above the inbox's. */
export default function SignaturePage() {
  const { t } = useTranslation();
  const agentId = useMe()?.agent.id;
  // Read once each time somebody comes here: what is being written must not change under him.
  const query = useQuery({
    queryKey: SIGNATURE,
    queryFn: desk.api.signature,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <>
      <PageHead title={t("settings.signature")} text={t("signature.own_hint")} />
      <Reading query={query}>
        {({ signature_html }) =>
          agentId !== undefined && <SignatureForm key={agentId} agentId={agentId} saved={signature_html} />
        }
      </Reading>
    </>
  );
}
