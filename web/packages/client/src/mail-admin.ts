import {
  type Decoder,
  decode,
  decodeMailAdmin,
  type Inbox,
  integer,
  list,
  type MailAdmin,
  type Page,
} from "@parley/protocol";
import type { Http, Query } from "./http";

const { object } = decode;
const inboxAnswer = object<{ email_inbox: MailAdmin.EmailInbox }>({ email_inbox: decodeMailAdmin.emailInbox });
const createdAnswer = object<{ inbox: Inbox; email_inbox: MailAdmin.EmailInbox }>({
  inbox: decode.inbox,
  email_inbox: decodeMailAdmin.emailInbox,
});
const mailAnswer = object<{ mail: MailAdmin.MailEntry }>({ mail: decodeMailAdmin.mailEntry });
const heldAnswer = object<Pick<MailAdmin.MailPage, "quarantined_count">>({ quarantined_count: integer });
const itemAnswer = object<{ item: MailAdmin.OutboxItem }>({ item: decodeMailAdmin.outboxItem });
const blockList = object<{ items: MailAdmin.Block[] }>({ items: list(decodeMailAdmin.block) });
const templateList = object<{ items: MailAdmin.Template[] }>({ items: list(decodeMailAdmin.template) });

/** A strange mail server may take its time in each of five steps. */
const CHECK_TIMEOUT_MS = 90_000;

export interface MailFilter {
  inboxId: number | null;
  state: MailAdmin.MailState | "";
}

/** The operations of e-mail that only its administrator uses; they come with his pages. */
export function createMailAdmin(http: Http) {
  const get = async <T>(path: string, decoder: Decoder<T>, query: Query = {}): Promise<T> =>
    decoder(await http.request("GET", path, { query }), "");
  const post = async <T>(path: string, decoder: Decoder<T>, body: unknown = {}): Promise<T> =>
    decoder(await http.request("POST", path, { body }), "");
  return {
    emailInboxes: (): Promise<MailAdmin.EmailInboxes> => get("/api/v1/email/inboxes", decodeMailAdmin.emailInboxes),
    createEmailInbox: (body: MailAdmin.NewEmailInbox) => post("/api/v1/email/inboxes", createdAnswer, body),
    saveEmailInbox: async (id: number, body: MailAdmin.EmailSettings): Promise<MailAdmin.EmailInbox> =>
      inboxAnswer(await http.request("PUT", `/api/v1/email/inboxes/${id}`, { body }), "").email_inbox,
    check: async (body: MailAdmin.CheckRequest): Promise<MailAdmin.CheckResult> =>
      decodeMailAdmin.checkResult(
        await http.request("POST", "/api/v1/email/check", { body, timeoutMs: CHECK_TIMEOUT_MS }),
        "",
      ),
    requestGrant: (body: MailAdmin.GrantRequest): Promise<MailAdmin.GrantOffer> =>
      post("/api/v1/email/oauth/grants", decodeMailAdmin.grantOffer, body),
    grantState: (grant: string): Promise<MailAdmin.GrantState> =>
      get("/api/v1/email/oauth/grants", decodeMailAdmin.grantState, { grant }),

    mails: (filter: MailFilter, cursor: string | null, limit = 50): Promise<Page<MailAdmin.MailEntry>> =>
      get("/api/v1/email/mails", decode.page(decodeMailAdmin.mailEntry), {
        inbox_id: filter.inboxId,
        state: filter.state,
        cursor,
        limit,
      }),
    /** How many mails are held back, of all inboxes. */
    heldCount: async (): Promise<number> =>
      (await get("/api/v1/email/mails", heldAnswer, { state: "quarantined", limit: 1 })).quarantined_count,
    actOnMail: async (id: number, act: "release" | "reparse" | "discard"): Promise<MailAdmin.MailEntry> =>
      (await post(`/api/v1/email/mails/${id}/${act}`, mailAnswer)).mail,
    rawMailUrl: (id: number): string => `/api/v1/email/mails/${id}/raw`,

    outbox: (state: MailAdmin.OutState | "", cursor: string | null): Promise<Page<MailAdmin.OutboxItem>> =>
      get("/api/v1/outbox", decode.page(decodeMailAdmin.outboxItem), { state, cursor, limit: 50 }),
    actOnOutbox: async (id: number, act: "send" | "discard"): Promise<MailAdmin.OutboxItem> =>
      (await post(`/api/v1/outbox/${id}/${act}`, itemAnswer)).item,

    blocks: () => get("/api/v1/email/blocks", blockList),
    addBlock: async (pattern: string, note: string): Promise<void> =>
      void (await http.request("POST", "/api/v1/email/blocks", { body: { pattern, note } })),
    removeBlock: async (id: number): Promise<void> => void (await http.request("DELETE", `/api/v1/email/blocks/${id}`)),

    templates: () => get("/api/v1/templates", templateList),
    createTemplate: async (body: MailAdmin.TemplateFields): Promise<void> =>
      void (await http.request("POST", "/api/v1/templates", { body })),
    updateTemplate: async (id: number, body: MailAdmin.TemplateFields): Promise<void> =>
      void (await http.request("PATCH", `/api/v1/templates/${id}`, { body })),
    removeTemplate: async (id: number): Promise<void> => void (await http.request("DELETE", `/api/v1/templates/${id}`)),
  };
}

export type MailAdminApi = ReturnType<typeof createMailAdmin>;
