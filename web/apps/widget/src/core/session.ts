import type { Api } from "./api";
import { alone } from "./basics";
import { eraseVisit, readVisit, writeVisit } from "./cache";
import { decodeSession } from "./decode";
import type { Vault } from "./vault";
import type { Session } from "./wire";

export interface Identity {
  external_id: string;
  name?: string;
  email?: string;
  hmac: string;
}

export interface SessionEnv {
  key: string;
  locale: string;
  vault: Vault;
  page(): { url: string; title: string };
}

/**
 * later: nobody answered, try again · refused: this page or inbox may not chat · stale: the visitor logged out or became
 * somebody else meanwhile, and the answer, which belongs to the one before, was thrown away.
 */
export type Negotiated =
  | { is: "ready"; session: Session; external_id: string | null }
  | { is: "later" | "refused" | "stale" };

/** Under a lock, so that two tabs opened at once become one visitor. */
export function negotiate(
  env: SessionEnv,
  api: Api,
  identity: Identity | null,
  isCurrent: () => boolean,
): Promise<Negotiated> {
  return alone(`parley-session:${env.key}`, () => ask(env, api, identity, isCurrent));
}

async function ask(
  env: SessionEnv,
  api: Api,
  identity: Identity | null,
  isCurrent: () => boolean,
): Promise<Negotiated> {
  const stored = readVisit(env.vault);
  const answer = await api.call("POST", "session", {
    inbox_key: env.key,
    ...(stored.token ? { visitor_token: stored.token } : {}),
    ...(identity ? { identity } : {}),
    locale: env.locale,
    page: env.page(),
  });
  if (!isCurrent()) return { is: "stale" };
  if (answer.ok) {
    const session = decodeSession(answer.body);
    if (!session) return { is: "refused" };
    const external_id = identity?.external_id ?? stored.external_id;
    api.token = session.visitor_token;
    writeVisit(env.vault, { ...stored, token: session.visitor_token, external_id });
    return { is: "ready", session, external_id };
  }
  const { status } = answer;
  if (stored.token && (status === 401 || status === 404)) {
    // The desk does not know this visitor any more.
    eraseVisit(env.vault);
    return ask(env, api, identity, isCurrent);
  }
  if (identity && status >= 400 && status < 404) {
    console.warn("Parley: the identity was refused; the visitor stays anonymous. Check its hmac.");
    return ask(env, api, null, isCurrent);
  }
  return { is: status >= 400 && status < 429 ? "refused" : "later" };
}
