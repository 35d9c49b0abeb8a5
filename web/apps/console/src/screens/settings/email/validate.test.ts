import { describe, expect, it } from "vitest";
import { emptyDraft, type MailDraft, withIncomingPreset } from "./draft";
import { faultsOf, isAddress, isBlockPattern, isHost, isShortcut } from "./validate";

const draft: MailDraft = { ...emptyDraft(), address: "help@tidewood.example", outgoing: "none" };

describe("validation", () => {
  it.each(["a@b.example", "first.last+tag@sub.b.example", "客服@例子.中国"])("%s is an address", (text) =>
    expect(isAddress(text)).toBe(true),
  );
  it.each(["", "a", "@b.example", "a@b", "a b@c.example", "a@b..example", "a@-b.example", "Mei <a@b.example>"])(
    "%s is none",
    (text) => expect(isAddress(text)).toBe(false),
  );

  it("takes hosts, also bare names and numbers, but no addresses of pages", () => {
    expect(["mail.b.example", "localhost", "10.0.0.7"].every(isHost)).toBe(true);
    expect(["https://b.example", "b.example:993", "a b", ""].some(isHost)).toBe(false);
  });

  it("blocks one sender or a whole domain, never everybody", () => {
    expect(["a@b.example", "@b.example"].every(isBlockPattern)).toBe(true);
    expect(["@", "@b", "b.example", "*", "a@@b.example"].some(isBlockPattern)).toBe(false);
  });

  it("takes a shortcut in one word", () => {
    expect(["", "refund", "退款", "late_2"].every(isShortcut)).toBe(true);
    expect(["two words", "/refund"].some(isShortcut)).toBe(false);
  });

  it("finds nothing wrong with forwarding to us", () => expect(faultsOf(draft)).toEqual({}));

  it("wants all a mailbox needs and nothing of a side that is not used", () => {
    const imap = withIncomingPreset(draft, "generic");
    expect(faultsOf(imap)).toEqual({ "imap.secret": "mailfault.secret" });
    const stored = {
      way: "password",
      host: imap.imap.host,
      token_url: "",
      client_id: "",
      has_client_secret: false,
    } as const;
    expect(faultsOf({ ...imap, imap: { ...imap.imap, stored } })).toEqual({});
    expect(faultsOf({ ...imap, imap: { ...imap.imap, stored, host: "other.example" } })).toEqual({
      "imap.secret": "mailfault.secret",
    });
    const broken = { ...imap.imap, host: "imap b", port: 0, user: "", secret: "x", after: "move" as const };
    expect(Object.keys(faultsOf({ ...imap, imap: broken })).sort()).toEqual([
      "imap.host",
      "imap.move_to",
      "imap.port",
      "imap.user",
    ]);
  });

  it("does not move mail to where it is", () => {
    const imap = { ...draft.imap, host: "a.example", user: "u", secret: "s", after: "move" as const, move_to: "INBOX" };
    expect(faultsOf({ ...draft, incoming: "imap", imap })).toEqual({ "imap.move_to": "mailfault.move_same" });
  });

  it("lets a relay of the house go without a log-in, but a log-in needs its secret", () => {
    const smtp = { ...draft.smtp, host: "relay.lan", port: 25, security: "none" as const };
    expect(faultsOf({ ...draft, outgoing: "smtp", smtp })).toEqual({});
    expect(faultsOf({ ...draft, outgoing: "smtp", smtp: { ...smtp, user: "u" } })).toEqual({
      "smtp.secret": "mailfault.secret",
    });
  });

  it("refuses an alias that is the address itself", () => {
    expect(faultsOf({ ...draft, aliases: ["Help@Tidewood.example"] })).toEqual({
      aliases: "mailfault.alias_is_address",
    });
    expect(faultsOf({ ...draft, aliases: ["", "sales@tidewood.example"] })).toEqual({});
  });
});
