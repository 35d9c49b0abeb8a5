import { useState } from "react";
import { preferences } from "../../../lib/preferences";
import css from "./Forms.module.css";

/** Nothing in it runs and nothing is fetched; it only has to be looked at. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** HTML as a mail program would show it, in a frame of its own. */
export function HtmlPreview({ html, title }: { html: string; title: string }) {
  const [height, setHeight] = useState(96);
  const { theme } = preferences.get();
  const scheme = theme === "system" ? "light dark" : theme;
  const page = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="color-scheme" content="${scheme}"><style>:root{color-scheme:${scheme}}body{margin:0;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}</style><body>${html}`;
  return (
    <iframe
      className={css.frame}
      // Without scripts the same origin only lets us read how tall it is.
      sandbox="allow-same-origin"
      title={title}
      srcDoc={page}
      style={{ height }}
      tabIndex={-1}
      onLoad={(event) => {
        const body = event.currentTarget.contentDocument?.body;
        if (body) setHeight(Math.min(320, Math.max(96, body.scrollHeight)));
      }}
    />
  );
}
