import { useTranslation } from "react-i18next";
import { shortcuts } from "../lib/shortcuts";
import css from "./ShortcutTable.module.css";

export function ShortcutTable() {
  const { t } = useTranslation();
  return (
    <div className={css.groups}>
      {shortcuts.map(({ group, keys }) => (
        <section key={group}>
          <h2>{t(`shortcuts.${group}`)}</h2>
          <dl>
            {keys.map(([press, action]) => (
              <div key={press + action}>
                <dt>{t(`shortcut.${action}`)}</dt>
                <dd>
                  {press.split(" ").map((part) => (
                    <kbd key={part}>{part}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
