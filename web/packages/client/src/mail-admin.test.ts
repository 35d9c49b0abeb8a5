import { describe, expect, it } from "vitest";
import { Http } from "./http";
import { createMailAdmin } from "./mail-admin";

function adminThat(answers: unknown) {
  const seen: { method: string; url: string; body: unknown }[] = [];
  const http = new Http({
    fetch: async (url, init) => {
      const body: unknown = init?.body ? JSON.parse(String(init.body)) : null;
      seen.push({ method: init?.method ?? "GET", url: String(url), body });
      return new Response(JSON.stringify(answers), { status: 200 });
    },
  });
  return { admin: createMailAdmin(http), seen };
}

const item = { id: 4, state: "uncertain", to: ["a@b.example"], subject: "Re: Lamp", attempts: 1, updated_at: 5 };

describe("administration of e-mail", () => {
  it("asks only for what is filtered, page by page", async () => {
    const { admin, seen } = adminThat({ items: [], next_cursor: null });
    await admin.mails({ inboxId: null, state: "" }, null);
    await admin.mails({ inboxId: 3, state: "quarantined" }, "c1");
    expect(seen.map(({ url }) => url)).toEqual([
      "/api/v1/email/mails?limit=50",
      "/api/v1/email/mails?inbox_id=3&state=quarantined&cursor=c1&limit=50",
    ]);
  });

  it("reads an inbox that is not told where it listens, and one without servers", async () => {
    const health = { state: "off", last_ok_at: null, error: "", error_at: null, count: 0 };
    const inbox = {
      inbox_id: 3,
      address: "a@b.example",
      incoming: "none",
      outgoing: "local",
      imap: null,
      smtp: null,
      health: { in: health, out: health },
    };
    const answer = await adminThat({ items: [inbox] }).admin.emailInboxes();
    expect(answer.listener).toBeNull();
    expect(answer.items[0]).toMatchObject({ address: "a@b.example", aliases: [], imap: null, is_enabled: false });
  });

  it("reads with what a server is signed in, and that others are not", async () => {
    const health = { state: "ok", last_ok_at: null, error: "", error_at: null, count: 0 };
    const place = { host: "imap.b.example", port: 993, security: "tls", user: "a", auth: "xoauth2", has_secret: true };
    const oauth = { token_url: "https://b.example/token", client_id: "c", has_client_secret: true, scope: "mail" };
    const imap = { ...place, mailbox: "INBOX", after: "mark_seen", move_to: "", oauth };
    const smtp = { ...place, oauth: null };
    const inbox = { inbox_id: 3, address: "a@b.example", incoming: "imap", outgoing: "smtp", imap, smtp };
    const answer = await adminThat({ items: [{ ...inbox, health: { in: health, out: health } }] }).admin.emailInboxes();
    expect(answer.items[0]?.imap?.oauth).toEqual(oauth);
    expect(answer.items[0]?.smtp?.oauth).toBeNull();
  });

  it("asks for a sign-in and how it stands", async () => {
    const offered = adminThat({ grant: "g 1", url: "https://b.example/authorize?state=x", expires_at: 9 });
    const request = {
      authorize_url: "https://b.example/authorize",
      token_url: "https://b.example/token",
      client_id: "c",
      scope: "mail",
      redirect_url: "https://desk.example/api/v1/email/oauth/callback",
    };
    expect((await offered.admin.requestGrant(request)).grant).toBe("g 1");
    expect(offered.seen[0]).toMatchObject({ method: "POST", url: "/api/v1/email/oauth/grants", body: request });

    const asked = adminThat({ state: "waiting" });
    expect(await asked.admin.grantState("g 1")).toEqual({ state: "waiting", error: "" });
    expect(asked.seen[0]?.url).toBe("/api/v1/email/oauth/grants?grant=g+1");
    await expect(adminThat({ state: "maybe" }).admin.grantState("g 1")).rejects.toThrow("/state");
  });

  it("sends a mail out again", async () => {
    const { admin, seen } = adminThat({ item });
    expect((await admin.actOnOutbox(4, "send")).to).toEqual(["a@b.example"]);
    expect(seen[0]).toMatchObject({ method: "POST", url: "/api/v1/outbox/4/send" });
  });

  it("refuses a state it has no words for", async () => {
    await expect(adminThat({ item: { ...item, state: "lost" } }).admin.actOnOutbox(4, "send")).rejects.toThrow(
      "/item/state",
    );
  });
});
