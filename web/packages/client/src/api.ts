import {
  type AgentBrief,
  type Answer,
  type ApiToken,
  type Attachment,
  type AuditEntry,
  type Body,
  type BusinessHours,
  type Change,
  type Customer,
  type Decoder,
  type DraftKind,
  decode,
  type Inbox,
  integer,
  list,
  type Me,
  type MessagePage,
  type Page,
  type PostedEmail,
  type Sent,
  type Ticket,
  type TicketDetail,
  type TicketPage,
  type TicketPatch,
  text,
  type ViewCounts,
} from "@parley/protocol";
import type { Http } from "./http";
import type { ListSpec } from "./lists";

/** What an e-mail adds to a message that is posted. */
export interface EmailParts {
  html?: string;
  email?: PostedEmail;
}
/** The desk always says what its agent has seen. */
export type PostMessage = Body<"post_message"> & { seen_version: number };
export type CreateTicket = Body<"create_ticket">;
export type InboxFields = Omit<Body<"update_inbox">, "business_hours"> & { business_hours?: BusinessHours };

const { object } = decode;
const agentAnswer = object<Answer<"update_agent">>({ agent: decode.agent });
const ticketAnswer = object<Answer<"update_ticket">>({ ticket: decode.ticket });
const inboxAnswer = object<{ inbox: Inbox }>({ inbox: decode.inbox });
const teamAnswer = object<Answer<"update_team">>({ team: decode.team });
const customerAnswer = object<Answer<"update_customer">>({ customer: decode.customer });
const sentAnswer = object<Sent>({ message: decode.message, ticket: decode.ticket });
const messageAnswer = object<Pick<Sent, "message">>({ message: decode.message });
const draftAnswer = object<Answer<"save_draft">>({ draft: decode.draft });
const readAnswer = object<Answer<"mark_read">>({ read_count: integer });
const attachmentAnswer = object<Answer<"upload">>({ attachment: decode.attachment });
const signature = object<Answer<"get_signature">>({ signature_html: text });
const tokenAnswer = object<Answer<"create_token">>({ token: text, id: integer, name: text });

const items = <T>(item: Decoder<T>) => object<{ items: T[] }>({ items: list(item) });

/** One function for each operation of the contract that the desk uses. Everything that returns has been decoded. */
export function createApi(http: Http) {
  const get = async <T>(path: string, decoder: Decoder<T>, query = {}): Promise<T> =>
    decoder(await http.request("GET", path, { query }), "");
  const post = async <T>(path: string, decoder: Decoder<T>, body: unknown = {}, key?: string): Promise<T> =>
    decoder(await http.request("POST", path, key === undefined ? { body } : { body, key }), "");
  const patch = async <T>(path: string, decoder: Decoder<T>, body: unknown, version?: number): Promise<T> =>
    decoder(await http.request("PATCH", path, version === undefined ? { body } : { body, version }), "");
  const put = async <T>(path: string, decoder: Decoder<T>, body: unknown): Promise<T> =>
    decoder(await http.request("PUT", path, { body }), "");

  return {
    login: (body: Body<"log_in">) => post("/api/v1/login", decode.login, body),
    logout: async () => void (await http.request("POST", "/api/v1/logout", { body: {} })),
    me: (): Promise<Me> => get("/api/v1/me", decode.me),
    updateMe: (body: Body<"update_me">) => patch("/api/v1/me", agentAnswer, body),
    setStatus: (status: AgentBrief["status"]) => put("/api/v1/me/status", agentAnswer, { status }),
    changePassword: async (body: Body<"change_password">) =>
      void (await http.request("POST", "/api/v1/me/password", { body })),
    startTotp: (password: string) =>
      post("/api/v1/me/totp", object<Answer<"begin_totp">>({ secret: text, otpauth_url: text }), {
        password,
      }),
    confirmTotp: (code: string) =>
      post("/api/v1/me/totp/confirm", object<Answer<"confirm_totp">>({ recovery_codes: list(text) }), { code }),
    removeTotp: async (password: string) =>
      void (await http.request("DELETE", "/api/v1/me/totp", { body: { password } })),
    signature: () => get("/api/v1/me/signature", signature),
    saveSignature: (body: Body<"set_signature">) => put("/api/v1/me/signature", signature, body),
    tokens: (): Promise<{ items: ApiToken[] }> => get("/api/v1/me/tokens", items(decode.apiToken)),
    createToken: (name: string) => post("/api/v1/me/tokens", tokenAnswer, { name }),
    removeToken: async (id: number) => void (await http.request("DELETE", `/api/v1/me/tokens/${id}`)),

    agents: () => get("/api/v1/agents", items(decode.agent)),
    createAgent: (body: Body<"create_agent">) => post("/api/v1/agents", agentAnswer, body),
    updateAgent: (id: number, body: Body<"update_agent">) => patch(`/api/v1/agents/${id}`, agentAnswer, body),
    teams: () => get("/api/v1/teams", items(decode.team)),
    createTeam: (body: Body<"create_team">) => post("/api/v1/teams", teamAnswer, body),
    updateTeam: (id: number, body: Body<"update_team">) => patch(`/api/v1/teams/${id}`, teamAnswer, body),
    inboxes: () => get("/api/v1/inboxes", items(decode.inbox)),
    createInbox: (body: InboxFields & { name: string }) => post("/api/v1/inboxes", inboxAnswer, body),
    updateInbox: (id: number, body: InboxFields) => patch(`/api/v1/inboxes/${id}`, inboxAnswer, body),
    inboxSecret: (id: number) =>
      get(`/api/v1/inboxes/${id}/secret`, object<Answer<"get_inbox_secret">>({ secret: text })),
    audit: (cursor: string | null): Promise<Page<AuditEntry>> =>
      get("/api/v1/audit", decode.page(decode.auditEntry), { cursor, limit: 50 }),

    views: (): Promise<ViewCounts> => get("/api/v1/views", decode.viewCounts),
    tickets: (spec: ListSpec, cursor: string | null, limit = 100): Promise<TicketPage> =>
      get("/api/v1/tickets", decode.ticketPage, {
        view: spec.view,
        team_id: spec.teamId,
        q: spec.q.trim(),
        sort: spec.sort,
        cursor,
        limit,
      }),
    ticket: (id: number): Promise<TicketDetail> => get(`/api/v1/tickets/${id}`, decode.ticketDetail),
    createTicket: (body: CreateTicket) => post("/api/v1/tickets", sentAnswer, body, body.client_id),
    patchTicket: (id: number, body: TicketPatch, version?: number) =>
      patch(`/api/v1/tickets/${id}`, ticketAnswer, body, version),
    messages: (id: number, query: { before?: number; after?: number; limit?: number }): Promise<MessagePage> =>
      get(`/api/v1/tickets/${id}/messages`, decode.messagePage, query),
    postMessage: (id: number, body: PostMessage) =>
      post(`/api/v1/tickets/${id}/messages`, sentAnswer, body, body.client_id),
    decodeSent: (value: unknown) => sentAnswer(value, ""),

    messageEmail: (id: number) => get(`/api/v1/messages/${id}/email`, decode.emailBody),
    undoMessage: (id: number) => post(`/api/v1/messages/${id}/undo`, messageAnswer),
    markArrived: (id: number) => post(`/api/v1/messages/${id}/arrived`, messageAnswer),
    sendAgain: (id: number) => post(`/api/v1/messages/${id}/send`, messageAnswer),
    replyOutline: (ticketId: number) => get(`/api/v1/tickets/${ticketId}/email`, decode.replyOutline),
    takeRequester: (ticketId: number, messageId: number) =>
      post(`/api/v1/tickets/${ticketId}/requester`, ticketAnswer, { message_id: messageId }),
    templates: () => get("/api/v1/templates", items(decode.template)),

    accept: (id: number) => post(`/api/v1/tickets/${id}/accept`, ticketAnswer),
    decline: (id: number) => post(`/api/v1/tickets/${id}/decline`, ticketAnswer),
    markRead: (id: number, messageId: number) =>
      post(`/api/v1/tickets/${id}/read`, readAnswer, { message_id: messageId }),
    saveDraft: (id: number, kind: DraftKind, content: string) =>
      put(`/api/v1/tickets/${id}/draft`, draftAnswer, { kind, text: content }),
    history: (id: number, cursor: string | null): Promise<Page<Change>> =>
      get(`/api/v1/tickets/${id}/history`, decode.page(decode.change), { cursor, limit: 50 }),
    upload: async (file: Blob, name: string, onProgress: (share: number) => void): Promise<Attachment> =>
      attachmentAnswer(await http.upload("/api/v1/uploads", file, name, onProgress), "").attachment,

    customers: (q: string, cursor: string | null): Promise<Page<Customer>> =>
      get("/api/v1/customers", decode.page(decode.customer), { q, cursor, limit: 50 }),
    customer: (id: number) => get(`/api/v1/customers/${id}`, customerAnswer),
    updateCustomer: (id: number, body: Body<"update_customer">) =>
      patch(`/api/v1/customers/${id}`, customerAnswer, body),
    customerTickets: (id: number): Promise<Page<Ticket>> =>
      get(`/api/v1/customers/${id}/tickets`, decode.page(decode.ticket), { limit: 20 }),
  };
}

export type Api = ReturnType<typeof createApi>;
