import { NetworkError } from "@parley/client";
import { Blank, Button } from "@parley/ui";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { languageOf, setLanguage } from "../i18n";
import { useMe } from "../lib/hooks";
import { LoginScreen } from "../screens/login/LoginScreen";
import css from "./App.module.css";
import { desk } from "./desk";
import { router } from "./router";

const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: 1, staleTime: 15_000, refetchOnWindowFocus: false } },
});

type Boot = "checking" | "ready" | "unreachable";

export function App() {
  const [boot, setBoot] = useState<Boot>("checking");
  const me = useMe();
  const locale = me?.agent.locale;

  useEffect(() => {
    void resume(setBoot);
  }, []);

  useEffect(() => {
    if (locale) void setLanguage(languageOf(locale));
    else queryClient.clear();
  }, [locale]);

  if (boot === "checking") return <div className={css.page} aria-busy="true" />;
  if (boot === "unreachable") return <Unreachable onRetry={() => void resume(setBoot)} />;
  if (!me) return <LoginScreen />;
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

async function resume(setBoot: (boot: Boot) => void): Promise<void> {
  setBoot("checking");
  try {
    await desk.resume();
    setBoot("ready");
  } catch (error) {
    setBoot("unreachable");
    if (!(error instanceof NetworkError)) console.error(error);
  }
}

function Unreachable({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <main className={css.page}>
      <Blank icon="offline" title={t("app.unreachable")} text={t("app.unreachable_text")}>
        <Button icon="reship" onClick={onRetry}>
          {t("common.try_again")}
        </Button>
      </Blank>
    </main>
  );
}
