import { WordMark } from "@parley/ui";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { languageOf, setLanguage } from "../../i18n";
import css from "./Login.module.css";
import { LoginArt } from "./LoginArt";
import { LoginForm } from "./LoginForm";

export function LoginScreen() {
  const { t, i18n } = useTranslation();
  const other = languageOf(i18n.language) === "en" ? "zh-CN" : "en";

  useEffect(() => {
    document.title = `${t("login.title")} · Parley`;
  }, [t]);

  return (
    <main className={css.login}>
      <section className={css.art} aria-hidden="true">
        <LoginArt />
        <p>{t("login.claim")}</p>
      </section>
      <section className={css.side}>
        <div className={css.form}>
          <WordMark />
          <h1>{t("login.title")}</h1>
          <LoginForm />
          <p className={css.foot}>
            <button type="button" lang={other} className={css.language} onClick={() => void setLanguage(other)}>
              {other === "zh-CN" ? "简体中文" : "English"}
            </button>
          </p>
        </div>
      </section>
    </main>
  );
}
