// Endpoints of signing a mailbox in at its provider: begin, look how far it is, and the page the provider sends the browser back to.
#include "base/text.h"
#include "channels/email/email_api.h"

namespace parley::channels::email {

using nlohmann::json;
using Api = std::shared_ptr<EmailApi>;

namespace {

constexpr std::string_view callback_path = "/api/v1/email/oauth/callback";

Error no_such_sign_in() { return Error::with_reason(Errc::not_found, "not_found", "This sign-in is over: sign in again."); }

/// The client secret that is stored for the same client, when the request leaves it out.
std::string stored_client_secret(const Api& api, const Call& call, const OAuthClient& client) {
  if (!call.body.contains("inbox_id") || !call.body["inbox_id"].is_number_integer()) { return {}; }
  const auto settings = api->mailboxes.of(InboxId{call.body["inbox_id"].get<std::int64_t>()});
  if (!settings) { return {}; }
  const auto& server = call.body.value("server", "imap") == "imap" ? settings->imap : settings->smtp;
  const bool is_same = server && server->oauth && server->oauth->token_url == client.token_url && server->oauth->client_id == client.client_id;
  return is_same ? server->oauth->client_secret : std::string();
}

Result<SignIns::Request> request_of(const Api& api, const Call& call) {
  const auto word = [&](const char* name) { return std::string(trim(call.body.value(name, ""))); };
  SignIns::Request request{word("authorize_url"), {word("token_url"), word("client_id"), word("client_secret"), word("scope")}, word("redirect_url"), word("login_hint")};
  if (!is_provider_url(request.authorize_url)) { return Error::field("/authorize_url", "bad_format", "The sign-in page is an address that begins with https://."); }
  if (!is_provider_url(request.client.token_url)) { return Error::field("/token_url", "bad_format", "The token endpoint is an address that begins with https://."); }
  if (request.client.client_id.empty()) { return Error::field("/client_id", "empty", "The provider knows Parley by a client id: enter it."); }
  const bool is_web = request.redirect_url.starts_with("https://") || request.redirect_url.starts_with("http://");
  if (!is_web || !request.redirect_url.ends_with(callback_path)) {
    return Error::field("/redirect_url", "bad_format", "This is the address of this server with the path " + std::string(callback_path) + ".");
  }
  if (!call.body.contains("client_secret")) { request.client.client_secret = stored_client_secret(api, call, request.client); }
  return request;
}

Result<Reply> begin_sign_in(const Api& api, const Call& call) {
  PARLEY_TRY(auto request, request_of(api, call));
  PARLEY_TRY(const auto begun, api->sign_ins.begin(call.who.agent, std::move(request)));
  return Reply(json{{"grant", begun.grant}, {"url", begun.url}, {"expires_at", to_ms(begun.expires_at)}}, 201);
}

Result<Reply> get_sign_in(const Api& api, const Call& call) {
  const auto progress = api->sign_ins.progress(call.who.agent, call.query.value("grant", ""));
  if (!progress) { return no_such_sign_in(); }
  static constexpr const char* names[] = {"waiting", "granted", "failed"};
  return Reply(json{{"state", names[static_cast<int>(progress->state)]}, {"error", progress->error}});
}

/// Read by whoever signed in, in either language; it has no script, so nothing a provider sends can become one.
std::string page(const std::string& english, const std::string& chinese, const std::string& detail) {
  std::string out =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Parley</title>"
      "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:28rem;margin:20vh auto;padding:0 1.5rem;color:#1c2024;background:#fff}"
      "p{margin:.3rem 0}.detail{color:#60646c;margin-top:1rem}@media(prefers-color-scheme:dark){body{color:#edeef0;background:#111113}.detail{color:#b0b4ba}}</style>";
  out += "<p>" + escape_html(english) + "</p><p lang=\"zh-CN\">" + escape_html(chinese) + "</p>";
  if (!detail.empty()) { out += "<p class=\"detail\">" + escape_html(detail) + "</p>"; }
  return out;
}

Result<Reply> finish_sign_in(const Api& api, const Call& call) {
  const auto word = [&](const char* name) { return call.query.value(name, ""); };
  const std::string error = word("error_description").empty() ? word("error") : word("error_description");
  const auto progress = api->sign_ins.finish(word("state"), word("code"), error);
  std::string html;
  if (!progress) {
    html = page("This sign-in is over. Go back to Parley and sign in again.", "此次登录已失效，请回到 Parley 重新登录。", {});
  } else if (progress->state == SignIns::State::granted) {
    html = page("Signed in. You can close this window and go back to Parley.", "登录成功，可以关闭此窗口并回到 Parley。", {});
  } else if (progress->state == SignIns::State::waiting) {
    html = page("Parley is asking the provider. You can close this window.", "Parley 正在向服务商确认，可以关闭此窗口。", {});
  } else {
    html = page("The sign-in did not work. Close this window and try again in Parley.", "登录未成功，请关闭此窗口，回到 Parley 重试。", progress->error);
  }
  Reply reply;
  reply.bytes = std::make_shared<const std::string>(std::move(html));
  reply.content_type = "text/html; charset=utf-8";
  reply.headers.emplace_back("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  reply.headers.emplace_back("cache-control", "no-store");
  reply.headers.emplace_back("referrer-policy", "no-referrer");  // the address holds a code
  return reply;
}

Status resolve_grant(const EmailApi& api, AgentId who, json& server, const std::string& path) {
  if (!server.contains("grant")) { return {}; }
  if (!server.contains("oauth") || !server["oauth"].is_object()) { return Error::field(path + "/grant", "not_allowed", "A sign-in needs the client it was made for."); }
  const auto& client = server["oauth"];
  auto token = api.sign_ins.refresh_token(who, server["grant"].get<std::string>(), {std::string(trim(client.value("token_url", ""))), std::string(trim(client.value("client_id", ""))), {}, {}});
  if (token.has_error()) { return Error::field(path + "/grant", "not_granted", token.error().detail); }
  server["secret"] = std::move(*token);
  return {};
}

}  // namespace

Result<json> with_grants(const EmailApi& api, const Call& call, json settings) {
  for (const std::string name : {"imap", "smtp"}) {
    if (settings.contains(name) && settings[name].is_object()) { PARLEY_CHECK(resolve_grant(api, call.who.agent, settings[name], "/" + name)); }
  }
  return settings;
}

void register_oauth_routes(RouteTable& t, const Api& api) {
  const auto manage = Permission::inbox_manage;
  const Schema text = Schema::string(), address = Schema::string(8, 2'000);
  const std::string grants = "/api/v1/email/oauth/grants";
  t.add({.method = "POST", .path = grants, .operation_id = "begin_mail_sign_in", .summary = "Begin to sign a mailbox in at its provider", .permission = manage,
         .handler = DirectHandler([api](storage::Database&, const Call& c) { return begin_sign_in(api, c); }),
         .body = Schema::object({required("authorize_url", address), required("token_url", address), required("client_id", Schema::string(1, 500)),
                                 optional("client_secret", Schema::string(0, 1'000)), required("scope", Schema::string(0, 1'000)), required("redirect_url", address),
                                 optional("login_hint", Schema::string(0, 254)), optional("inbox_id", Schema::id().nullable()), optional("server", Schema::one_of({"imap", "smtp"}))}),
         .response = Schema::object({required("grant", text), required("url", text.described("Where the administrator signs in")), required("expires_at", Schema::time())}),
         .success = 201, .keeps_outcome = false});
  t.add({.method = "GET", .path = grants, .operation_id = "get_mail_sign_in", .summary = "How far a sign-in is", .permission = manage,
         .handler = DirectHandler([api](storage::Database&, const Call& c) { return get_sign_in(api, c); }), .query = Schema::object({required("grant", Schema::token(1, 100))}),
         .response = Schema::object({required("state", Schema::one_of({"waiting", "granted", "failed"})), required("error", text)}), .keeps_outcome = false});
  t.add({.method = "GET", .path = std::string(callback_path), .operation_id = "finish_mail_sign_in", .summary = "Where a provider sends the browser back to", .access = Access::open,
         .handler = DirectHandler([api](storage::Database&, const Call& c) { return finish_sign_in(api, c); }),
         .query = Schema::object({optional("code", Schema::string(0, 4'000)), optional("state", Schema::string(0, 200)), optional("error", Schema::string(0, 500)),
                                  optional("error_description", Schema::string(0, 4'000))}),
         .response = text, .response_type = "text/html", .is_socket_callable = false, .keeps_outcome = false, .cost = 5});
}

}  // namespace parley::channels::email
