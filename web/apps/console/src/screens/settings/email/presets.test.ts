import { describe, expect, it } from "vitest";
import { draftOf, emptyDraft, portFor, settingsOf, withIncomingPreset, withOutgoingPreset } from "./draft";
import { PROVIDER_IDS, providerOf, providerOfAddress, providerOfHost, userOf } from "./presets";
import { isHost } from "./validate";

describe("the mail service behind an address", () => {
  it.each([
    ["shop@gmail.com", "gmail"],
    ["Shop@GMAIL.com ", "gmail"],
    ["a@hotmail.com", "outlook"],
    ["a@contoso.onmicrosoft.com", "outlook"],
    ["10001@qq.com", "qq"],
    ["a@foxmail.com", "qq"],
    ["a@163.com", "netease163"],
    ["a@vip.163.com", "netease163"],
    ["a@126.com", "netease126"],
    ["a@aliyun.com", "aliyun"],
    ["a@yahoo.co.uk", "yahoo"],
    ["a@me.com", "icloud"],
    ["help@tidewood.example", "generic"],
    ["a@notgmail.com", "generic"],
    ["gmail.com", "generic"],
    ["", "generic"],
  ])("%s is %s", (address, id) => expect(providerOfAddress(address)).toBe(id));

  it("is known again by its servers", () => {
    for (const id of PROVIDER_IDS) {
      const { imap, smtp } = providerOf(id);
      expect(providerOfHost(imap?.host ?? "mail.tidewood.example")).toBe(id);
      expect(providerOfHost(smtp?.host ?? "")).toBe(id);
    }
  });

  it("has hosts that can be connected to and encrypts at every one of them", () => {
    for (const id of PROVIDER_IDS) {
      for (const place of [providerOf(id).imap, providerOf(id).smtp]) {
        if (!place) continue;
        expect(isHost(place.host)).toBe(true);
        expect([993, 465, 587]).toContain(place.port);
        expect(place.security).not.toBe("none");
      }
    }
  });

  it("knows that Microsoft takes tokens only, and that iCloud wants half the address for reading", () => {
    expect(providerOf("outlook").auth).toBe("xoauth2");
    expect(userOf("mei@icloud.com", providerOf("icloud").imapUser)).toBe("mei");
    expect(userOf("mei@qq.com", providerOf("qq").imapUser)).toBe("mei@qq.com");
  });
});

describe("a draft", () => {
  it("takes hosts, user, log-in and rate from a preset and carries the secret over to the way out", () => {
    let draft = withIncomingPreset({ ...emptyDraft(), address: "10001@qq.com" }, "qq");
    draft = { ...draft, imap: { ...draft.imap, secret: "abcdabcd" } };
    draft = withOutgoingPreset(draft, "qq");
    const told = settingsOf(draft);
    expect(told.imap).toMatchObject({ host: "imap.qq.com", port: 993, user: "10001@qq.com", secret: "abcdabcd" });
    expect(told.smtp).toMatchObject({ host: "smtp.qq.com", port: 465, security: "tls", secret: "abcdabcd" });
    expect(told.rate_per_minute).toBe(10);
  });

  it("guesses the hosts of a domain of one's own", () => {
    const draft = withIncomingPreset({ ...emptyDraft(), address: "help@tidewood.example" }, "generic");
    expect(draft.imap).toMatchObject({ host: "imap.tidewood.example", port: 993, user: "help@tidewood.example" });
  });

  it("leaves out a secret that was not typed and the sides that are not used", () => {
    const inbox = {
      ...settingsOf(emptyDraft()),
      inbox_id: 4,
      address: "a@b.example",
      incoming: "imap" as const,
      outgoing: "none" as const,
      imap: {
        host: "imap.b.example",
        port: 993,
        security: "tls" as const,
        user: "a",
        auth: "password" as const,
        has_secret: true,
        oauth: null,
        mailbox: "INBOX",
        after: "mark_seen" as const,
        move_to: "",
      },
      smtp: null,
      health: { in: HEALTH, out: HEALTH },
    };
    const told = settingsOf(draftOf(inbox));
    expect(told.imap).toEqual({
      host: "imap.b.example",
      port: 993,
      security: "tls",
      user: "a",
      auth: "password",
      oauth: null,
      mailbox: "INBOX",
      after: "mark_seen",
      move_to: "",
    });
    expect(told.smtp).toBeNull();
    expect(told).not.toHaveProperty("health");
    expect(told).not.toHaveProperty("inbox_id");
  });

  it("moves the port with the way to encrypt, but not one that was chosen by hand", () => {
    expect(portFor("smtp", "starttls", 465, "tls")).toBe(587);
    expect(portFor("imap", "tls", 143, "starttls")).toBe(993);
    expect(portFor("smtp", "starttls", 2525, "none")).toBe(2525);
  });
});

const HEALTH = { state: "ok" as const, last_ok_at: null, error: "", error_at: null, count: 0 };
