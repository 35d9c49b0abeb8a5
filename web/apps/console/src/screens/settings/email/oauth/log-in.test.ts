import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyDraft, imapOf, type MailDraft, settingsOf, smtpOf, withIncomingPreset } from "../draft";
import { faultsOf, signInFaults } from "../validate";
import { client, granted, NOW, outlook, SIGNED_IN, stored, TEN_MINUTES_MS } from "./fixtures";
import { grantRequest, standingOf, withWay } from "./log-in";
import { authorizeUrlOf, isProviderUrl, OAUTH_SERVICES } from "./services";

const { google, microsoft } = OAUTH_SERVICES;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the addresses of a provider", () => {
  it("come with the mail service; Gmail still begins with an app password, Outlook with OAuth", () => {
    const draft = { ...emptyDraft(), address: "shop@gmail.com" };
    const gmail = withIncomingPreset(draft, "gmail").imap;
    expect(gmail).toMatchObject({ auth: "password", oauth: { token_url: google.token_url, scope: google.scope } });
    expect(outlook().imap).toMatchObject({ auth: "xoauth2", has_own_token: false });
    expect(outlook().imap.oauth.authorize_url).toBe(microsoft.authorize_url);
  });

  it("go with it, while typed ones stay", () => {
    const other = withIncomingPreset(outlook(), "generic");
    expect(other.imap.oauth).toMatchObject({ authorize_url: "", token_url: "", scope: "" });
    const typed = client(other, { token_url: "https://id.b.example/token", scope: "mail" });
    expect(withIncomingPreset(typed, "generic").imap.oauth.token_url).toBe("https://id.b.example/token");
    expect(withIncomingPreset(typed, "gmail").imap.oauth.token_url).toBe(google.token_url);
  });

  it("are known again by where tokens are fetched, also for one company alone", () => {
    expect(authorizeUrlOf(google.token_url)).toBe(google.authorize_url);
    const company = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0";
    expect(authorizeUrlOf(`${company}/token`)).toBe(`${company}/authorize`);
    expect(authorizeUrlOf("https://id.b.example/token")).toBe("");
    const own = client(outlook(), { token_url: `${company}/token`, authorize_url: `${company}/authorize` });
    expect(withIncomingPreset(own, "outlook").imap.oauth.token_url).toBe(`${company}/token`);
  });

  it("are encrypted, unless the provider is on the same machine", () => {
    expect(["https://id.b.example/token", "http://127.0.0.1:99/t", "http://localhost/t"].every(isProviderUrl)).toBe(
      true,
    );
    expect(["http://id.b.example/token", "id.b.example", "ftp://b.example", "https://", ""].some(isProviderUrl)).toBe(
      false,
    );
  });
});

describe("what the server is told", () => {
  it("is the client and the sign-in, for both servers with one sign-in, when saving and when testing", () => {
    const told = settingsOf(outlook());
    const login = {
      auth: "xoauth2",
      oauth: { token_url: microsoft.token_url, client_id: "desk", client_secret: "s3", scope: microsoft.scope },
      grant: "g1",
    };
    expect(told.imap).toMatchObject(login);
    expect(told.smtp).toMatchObject(login);
    expect(told.imap).not.toHaveProperty("secret");
    expect(told.smtp).not.toHaveProperty("secret");
    expect(told).not.toHaveProperty("shares_sign_in");
    expect(imapOf(outlook())).toEqual(told.imap);
    expect(smtpOf(outlook())).toEqual(told.smtp);
  });

  it("never names a sign-in that is still under way or that is another client's", () => {
    const draft = outlook();
    const waiting = { ...granted(microsoft.token_url, "desk"), is_granted: false };
    expect(imapOf({ ...draft, imap: { ...draft.imap, grant: waiting } })).not.toHaveProperty("grant");
    expect(imapOf(client(draft, { client_id: "other" }))).not.toHaveProperty("grant");
  });

  it("is the token for those who bring their own, and no client", () => {
    const draft = outlook();
    const told = imapOf({ ...draft, imap: { ...draft.imap, ...withWay("token"), secret: "ya29" } });
    expect(told).toMatchObject({ auth: "xoauth2", secret: "ya29", oauth: null });
    expect(told).not.toHaveProperty("grant");
    expect(imapOf({ ...draft, imap: { ...draft.imap, ...withWay("password") } })).toMatchObject({ oauth: null });
  });

  it("leaves stored secrets as they are when nothing was changed", () => {
    const told = imapOf(stored(null));
    expect(told.oauth).toEqual({ token_url: "https://id.b.example/token", client_id: "desk", scope: "mail" });
    expect(told).not.toHaveProperty("secret");
    expect(told).not.toHaveProperty("grant");
  });

  it("asks for a sign-in with the stored client secret, unless one was typed", () => {
    vi.stubGlobal("location", { origin: "https://desk.example" });
    const { imap } = client(stored(null), { authorize_url: "https://id.b.example/authorize" });
    expect(grantRequest("imap", imap, 4)).toEqual({
      authorize_url: "https://id.b.example/authorize",
      token_url: "https://id.b.example/token",
      client_id: "desk",
      scope: "mail",
      redirect_url: "https://desk.example/api/v1/email/oauth/callback",
      login_hint: "a@b.example",
      inbox_id: 4,
      server: "imap",
    });
    const typed = { ...imap, user: " ", oauth: { ...imap.oauth, client_secret: "new" } };
    const asked = grantRequest("imap", typed, 4);
    expect(asked.client_secret).toBe("new");
    for (const field of ["inbox_id", "server", "login_hint"]) expect(asked).not.toHaveProperty(field);
    expect(grantRequest("smtp", imap, null)).not.toHaveProperty("inbox_id");
  });
});

describe("a mailbox", () => {
  it("that is signed in stays so until its server, provider or client changes", () => {
    const { imap } = stored(null);
    expect(standingOf(imap, NOW)).toBe("stored");
    expect(standingOf({ ...imap, host: "IMAP.b.example" }, NOW)).toBe("stored");
    expect(standingOf({ ...imap, host: "other.example" }, NOW)).toBe("none");
    for (const patch of [{ client_id: "other" }, { token_url: "https://other.example/token" }])
      expect(standingOf({ ...imap, oauth: { ...imap.oauth, ...patch } }, NOW)).toBe("none");
    expect(standingOf(stored(null, { ...SIGNED_IN, has_secret: false }).imap, NOW)).toBe("none");
  });

  it("that has a token of its own keeps it, and is not taken for signed in", () => {
    const { imap } = stored(null, { ...SIGNED_IN, oauth: null });
    expect(imap.has_own_token).toBe(true);
    expect(standingOf({ ...imap, has_own_token: false }, NOW)).toBe("none");
  });

  it("may be signed in for ten minutes before it is saved", () => {
    const { imap } = outlook();
    expect(standingOf(imap, NOW)).toBe("granted");
    expect(standingOf(imap, NOW + TEN_MINUTES_MS)).toBe("expired");
  });
});

describe("faults of a sign-in", () => {
  const of = (draft: MailDraft) => faultsOf({ ...draft, outgoing: "none" });

  it("are none when it is signed in, now or before", () => {
    expect(faultsOf(outlook())).toEqual({});
    expect(of(stored(null))).toEqual({});
  });

  it("name what is missing, and only then that nobody has signed in", () => {
    expect(of(client(outlook(), { client_id: " ", token_url: "http://id.b.example" }))).toEqual({
      "imap.client_id": "mailfault.client_id",
      "imap.token_url": "mailfault.provider_url",
    });
    expect(of(client(outlook(), { client_id: "other" }))).toEqual({ "imap.sign_in": "mailfault.sign_in" });
    expect(of(client(stored(null), { client_id: "other" }))).toEqual({ "imap.sign_in": "mailfault.sign_in" });
    const moved = stored(null);
    expect(of({ ...moved, imap: { ...moved.imap, host: "other.example" } })).toEqual({
      "imap.sign_in": "mailfault.sign_in",
    });
  });

  it("name a sign-in that was saved too late, on both sides that use it", () => {
    const draft = outlook();
    vi.setSystemTime(NOW + TEN_MINUTES_MS);
    expect(faultsOf(draft)).toEqual({
      "imap.sign_in": "mailfault.sign_in_expired",
      "smtp.sign_in": "mailfault.sign_in_expired",
    });
  });

  it("want a token or password of a mailbox that had only a sign-in", () => {
    const draft = stored(null);
    for (const way of ["token", "password"] as const)
      expect(of({ ...draft, imap: { ...draft.imap, ...withWay(way) } })).toEqual({ "imap.secret": "mailfault.secret" });
  });

  it("want where to sign in before one can, which saving alone does not", () => {
    const draft = stored(null);
    expect(of(draft)).toEqual({});
    expect(signInFaults("imap", draft.imap)).toEqual({ "imap.authorize_url": "mailfault.provider_url" });
    expect(signInFaults("imap", outlook().imap)).toEqual({});
  });
});
