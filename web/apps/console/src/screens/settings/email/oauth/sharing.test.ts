import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  emptyDraft,
  type MailDraft,
  smtpOf,
  withIncomingPreset,
  withOutgoingPreset,
  withOwnSignIn,
  withSameLogIn,
} from "../draft";
import { faultsOf } from "../validate";
import { client, granted, NOW, outlook, type Server, SIGNED_IN, stored } from "./fixtures";
import { withWay } from "./log-in";
import { canShareSignIn } from "./sharing";

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("outgoing mail", () => {
  const SMTP: Server = { ...SIGNED_IN, host: "smtp.b.example", port: 465 };

  it("is not signed in a second time, but may be with another account", () => {
    const draft = outlook();
    expect(canShareSignIn(draft)).toBe(true);
    const alone = withOwnSignIn(draft);
    expect(smtpOf(alone)).toMatchObject({ oauth: { client_id: "desk", client_secret: "s3" } });
    expect(smtpOf(alone)).not.toHaveProperty("grant");
    expect(faultsOf(alone)).toEqual({ "smtp.sign_in": "mailfault.sign_in" });
  });

  it("at another provider or with another client signs in for itself", () => {
    expect(canShareSignIn(withOutgoingPreset(outlook(), "gmail"))).toBe(false);
    const draft = outlook();
    const oauth = { ...draft.smtp.oauth, client_id: "other" };
    expect(canShareSignIn({ ...draft, smtp: { ...draft.smtp, oauth } })).toBe(false);
    expect(canShareSignIn({ ...draft, incoming: "smtp" })).toBe(false);
  });

  it("goes on with what is stored, and takes a new sign-in of incoming mail along", () => {
    const draft = stored(SMTP);
    expect(canShareSignIn(draft)).toBe(true);
    expect(faultsOf(draft)).toEqual({});
    expect(smtpOf(draft)).not.toHaveProperty("grant");
    const again = { ...draft, imap: { ...draft.imap, grant: granted("https://id.b.example/token", "desk") } };
    expect(smtpOf(again).grant).toBe("g1");
  });

  it("of another account keeps its own sign-in", () => {
    const draft = stored({ ...SMTP, user: "b@b.example" });
    const again = { ...draft, imap: { ...draft.imap, grant: granted("https://id.b.example/token", "desk") } };
    expect(smtpOf(again)).not.toHaveProperty("grant");
  });

  it("with other rights keeps them when nothing was changed", () => {
    const oauth = {
      token_url: "https://id.b.example/token",
      client_id: "desk",
      has_client_secret: true,
      scope: "send",
    };
    expect(smtpOf(stored({ ...SMTP, oauth })).oauth?.scope).toBe("send");
  });

  it("does not rely on a secret that is stored for incoming mail only", () => {
    const draft = stored({ ...SMTP, auth: "password", oauth: null });
    const smtp = { ...draft.smtp, ...withWay("oauth") };
    expect(canShareSignIn({ ...draft, smtp })).toBe(false);
    const again = { ...draft, smtp, imap: { ...draft.imap, grant: granted("https://id.b.example/token", "desk") } };
    expect(canShareSignIn(again)).toBe(false);
    expect(canShareSignIn(client(again, { client_secret: "s3" }))).toBe(true);
  });

  it("follows the way in as long as nothing was filled in for it", () => {
    let draft: MailDraft = { ...emptyDraft(), address: "shop@gmail.com" };
    draft = withOutgoingPreset(withIncomingPreset(draft, "gmail"), "gmail");
    const signing = withSameLogIn({ ...draft, imap: { ...draft.imap, ...withWay("oauth") } });
    expect(signing.smtp.auth).toBe("xoauth2");
    const back = withSameLogIn({ ...signing, imap: { ...signing.imap, ...withWay("password"), secret: "abcd" } });
    expect(back.smtp).toMatchObject({ auth: "password", secret: "abcd" });
    const typed = { ...back, smtp: { ...back.smtp, secret: "other" } };
    expect(withSameLogIn(typed)).toBe(typed);
  });
});
