// Mailboxes that are signed in at their provider.
#include "base/crypto.h"
#include "base/json_text.h"
#include "base/text.h"
#include "channels/email/mail_out.h"
#include "tests/integration/email/email_desk.h"
#include "tests/integration/email/token_server.h"
#include "tests/integration/email_sending/scripted_server.h"

namespace parley::test {
namespace {

using email::testing_support::ScriptedServer;

std::string tokens(const std::string& access, const std::string& refresh = {}, int expires_in = 3'600) {
  json out{{"access_token", access}, {"token_type", "Bearer"}, {"expires_in", expires_in}};
  if (!refresh.empty()) { out["refresh_token"] = refresh; }
  return dump_json(out);
}

class OAuthTest : public EmailTest {
 protected:
  json client() const { return {{"token_url", provider.url()}, {"client_id", "parley-shop"}, {"scope", "mail.all offline"}}; }
  json smtp(std::uint16_t port) const {
    return {{"host", "127.0.0.1"}, {"port", port}, {"security", "none"}, {"user", "support@shop.example"}, {"auth", "xoauth2"}, {"secret", "refresh-1"}, {"oauth", client()}};
  }
  Result<Reply> begin(json body = json::object()) {
    json all{{"authorize_url", "https://login.provider.example/authorize?prompt=consent"}, {"token_url", provider.url()}, {"client_id", "parley-shop"}, {"client_secret", "sesame"},
             {"scope", "mail.all offline"}, {"redirect_url", "https://desk.shop.example/api/v1/email/oauth/callback"}, {"login_hint", "support@shop.example"}};
    all.update(body);
    return call(administrator, "POST", "/email/oauth/grants", all);
  }
  std::string page(const json& query) {
    std::string path = "/email/oauth/callback";
    for (const auto& [name, value] : query.items()) { path += (path.find('?') == std::string::npos ? "?" : "&") + name + "=" + percent_encode(value.get<std::string>()); }
    const auto back = call(http("GET", path, nullptr));
    return back.has_value() ? *back->bytes : outcome(back);
  }
  json state(const std::string& grant) { return call(administrator, "GET", "/email/oauth/grants", {}, {{"grant", grant}})->body; }
  std::string granted() {
    const std::string grant = begin()->body["grant"].get<std::string>();
    provider.answer(200, tokens("access-0", "refresh-1"));
    page({{"state", grant}, {"code", "code-1"}});
    return grant;
  }
  std::string read_secret(InboxId inbox) { return mailboxes.of(inbox)->smtp->secret; }

  TokenServer provider;
};

TEST_F(OAuthTest, AnAdministratorSignsAMailboxInAndNobodySeesTheToken) {
  const auto begun = begin();
  ASSERT_EQ(outcome(begun), "ok");
  const std::string url = begun->body["url"].get<std::string>(), grant = begun->body["grant"].get<std::string>();
  EXPECT_TRUE(url.starts_with("https://login.provider.example/authorize?prompt=consent&response_type=code&client_id=parley-shop&")) << url;
  EXPECT_NE(url.find("&state=" + grant), std::string::npos);
  EXPECT_NE(url.find("&redirect_uri=https%3A%2F%2Fdesk.shop.example%2Fapi%2Fv1%2Femail%2Foauth%2Fcallback&scope=mail.all%20offline&"), std::string::npos) << url;
  EXPECT_EQ(url.find("sesame"), std::string::npos);
  EXPECT_EQ(state(grant)["state"], "waiting");

  provider.answer(200, tokens("access-0", "refresh-1"));
  const std::string html = page({{"state", grant}, {"code", "code-1"}});
  EXPECT_NE(html.find("登录成功"), std::string::npos) << html;
  EXPECT_EQ(state(grant)["state"], "granted");
  ASSERT_EQ(provider.asked().size(), 1u);
  const auto asked = provider.asked()[0];
  EXPECT_EQ(asked.at("grant_type") + " " + asked.at("code") + " " + asked.at("client_secret"), "authorization_code code-1 sesame");
  EXPECT_NE(url.find("code_challenge=" + base64url_encode(sha256(asked.at("code_verifier"))) + "&code_challenge_method=S256"), std::string::npos) << "RFC 7636";

  json server = smtp(587);
  server.erase("secret");
  server["grant"] = grant;
  server["oauth"]["client_secret"] = "sesame";
  const auto inbox = email_inbox("support@shop.example", {{"outgoing", "smtp"}, {"smtp", server}});
  EXPECT_EQ(read_secret(inbox), "refresh-1");
  const auto listed = call(administrator, "GET", "/email/inboxes")->body["items"][0]["smtp"];
  EXPECT_EQ(listed["has_secret"], true);
  EXPECT_EQ(listed["oauth"], (json{{"token_url", provider.url()}, {"client_id", "parley-shop"}, {"has_client_secret", true}, {"scope", "mail.all offline"}}));
  EXPECT_EQ(number("SELECT COUNT(*) FROM email_inbox WHERE INSTR(settings, 'refresh-1') + INSTR(secrets, 'refresh-1') + INSTR(settings, 'sesame') + INSTR(secrets, 'sesame') > 0"), 0);
}

TEST_F(OAuthTest, ASignInIsOfOnePersonForOneClientAndForTenMinutes) {
  const std::string grant = granted();
  const auto other = agent("Other Root", {.role = Role::administrator});
  EXPECT_EQ(outcome(call(other, "GET", "/email/oauth/grants", {}, {{"grant", grant}})), "not_found");
  const auto save = [&](const Principal& who, json oauth) {
    json server = smtp(587);
    server.erase("secret");
    server["grant"] = grant;
    server["oauth"] = std::move(oauth);
    return outcome(call(who, "POST", "/email/check", {{"smtp", server}}));
  };
  json stranger = client();
  stranger["token_url"] = "https://evil.example/token";
  EXPECT_EQ(save(administrator, stranger), "/smtp/grant:not_granted") << "a refresh token goes to whom it was granted by";
  EXPECT_EQ(save(other, client()), "/smtp/grant:not_granted");
  EXPECT_EQ(save(administrator, nullptr), "/smtp/grant:not_allowed");
  EXPECT_EQ(save(administrator, client()), "ok");
  EXPECT_EQ(transport.tried->secret, "refresh-1");
  clock->advance(std::chrono::minutes{10});
  EXPECT_EQ(save(administrator, client()), "/smtp/grant:not_granted");
  EXPECT_EQ(outcome(call(administrator, "GET", "/email/oauth/grants", {}, {{"grant", grant}})), "not_found");
}

TEST_F(OAuthTest, WhatTheProviderSaysIsShownAndNeverRun) {
  const std::string refused = begin()->body["grant"].get<std::string>();
  const std::string html = page({{"state", refused}, {"error", "access_denied"}, {"error_description", "<script>alert(1)</script> not today"}});
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("not today"), std::string::npos);
  EXPECT_EQ(state(refused)["state"], "failed");

  const std::string wrong = begin()->body["grant"].get<std::string>();
  provider.answer(401, R"({"error":"invalid_client","error_description":"unknown"})");
  page({{"state", wrong}, {"code", "x"}});
  EXPECT_EQ(state(wrong)["state"], "failed");
  EXPECT_NE(state(wrong)["error"].get<std::string>().find("client id and secret. It says: unknown"), std::string::npos);

  const std::string once = begin()->body["grant"].get<std::string>();
  provider.answer(200, tokens("access-0"));
  page({{"state", once}, {"code", "x"}});
  EXPECT_NE(state(once)["error"].get<std::string>().find("no refresh token"), std::string::npos);
  EXPECT_NE(page({{"state", "unheard-of"}, {"code", "x"}}).find("is over"), std::string::npos);
  EXPECT_EQ(provider.asked().size(), 2u) << "a code nobody waits for is not redeemed";
}

TEST_F(OAuthTest, BadAddressesNameTheField) {
  EXPECT_EQ(outcome(begin({{"authorize_url", "javascript:alert(1)"}})), "/authorize_url:bad_format");
  EXPECT_EQ(outcome(begin({{"token_url", "http://provider.example/token"}})), "/token_url:bad_format");
  EXPECT_EQ(outcome(begin({{"token_url", "http://localhost@provider.example/token"}})), "/token_url:bad_format");
  EXPECT_EQ(outcome(begin({{"redirect_url", "https://desk.shop.example/elsewhere"}})), "/redirect_url:bad_format");
  EXPECT_EQ(outcome(call(agent("Mei Lin"), "GET", "/email/oauth/grants", {}, {{"grant", "x"}})), "forbidden");
  json server = smtp(587);
  server["oauth"]["token_url"] = "ftp://x/";
  EXPECT_EQ(outcome(call(administrator, "POST", "/email/check", {{"smtp", server}})), "/smtp/oauth/token_url:bad_format");
}

TEST_F(OAuthTest, ATokenIsFetchedOnceAndAgainBeforeItRunsOut) {
  int rotations = 0;
  email::AccessTokens fetched(clock, {}, [&](const std::string& from, const std::string& to) {
    EXPECT_EQ(from + ">" + to, "refresh-1>refresh-2");
    ++rotations;
    return Status{};
  });
  const email::OAuthClient shop{provider.url(), "parley-shop", "", ""};
  provider.answer(200, tokens("access-1"));
  EXPECT_EQ(fetched.of(shop, "refresh-1").value(), "access-1");
  clock->advance(std::chrono::minutes{54});
  EXPECT_EQ(fetched.of(shop, "refresh-1").value(), "access-1");
  EXPECT_EQ(provider.asked().size(), 1u);
  EXPECT_EQ(provider.asked()[0].at("grant_type") + " " + provider.asked()[0].at("refresh_token"), "refresh_token refresh-1");
  provider.answer(200, tokens("access-2", "refresh-2"));
  clock->advance(std::chrono::minutes{2});
  EXPECT_EQ(fetched.of(shop, "refresh-1").value(), "access-2") << "five minutes before its end a token is too old";
  EXPECT_EQ(rotations, 1);
  EXPECT_EQ(fetched.of(shop, "refresh-2").value(), "access-2") << "the same account under its new name";
  EXPECT_EQ(provider.asked().size(), 2u);
}

TEST_F(OAuthTest, ANewRefreshTokenThatCannotBeKeptIsUsedAndGivenAgain) {
  bool is_down = true;
  std::vector<std::string> given;
  email::AccessTokens fetched(clock, {}, [&](const std::string& from, const std::string& to) {
    given.push_back(from + ">" + to);
    return is_down ? Status(Error(Errc::unavailable, "no database")) : Status{};
  });
  const email::OAuthClient shop{provider.url(), "parley-shop", "", ""};
  provider.answer(200, tokens("access-1", "refresh-2"));
  EXPECT_EQ(fetched.of(shop, "refresh-1").value(), "access-1");
  provider.answer(200, tokens("access-2", "refresh-3"));
  clock->advance(std::chrono::hours{2});
  EXPECT_EQ(fetched.of(shop, "refresh-1").value(), "access-2");
  EXPECT_EQ(provider.asked().back().at("refresh_token"), "refresh-2") << "the provider no longer takes the first";
  is_down = false;
  given.clear();
  EXPECT_EQ(fetched.of(shop, "refresh-1").value(), "access-2");
  EXPECT_EQ(fetched.of(shop, "refresh-1").value(), "access-2");
  EXPECT_EQ(given, std::vector<std::string>{"refresh-1>refresh-3"});
  EXPECT_EQ(fetched.probe().not_kept, 3u);
  EXPECT_EQ(fetched.probe().fetched, 2u);
}

TEST_F(OAuthTest, AProviderThatFailsIsLeftAloneForAWhile) {
  email::AccessTokens fetched(clock, {}, [](const std::string&, const std::string&) { return Status{}; });
  const email::OAuthClient shop{provider.url(), "parley-shop", "", ""};
  provider.answer(503, "");
  EXPECT_EQ(fetched.of(shop, "refresh-1").error().code, Errc::unavailable);
  EXPECT_EQ(fetched.of(shop, "refresh-1").error().code, Errc::unavailable);
  EXPECT_EQ(provider.asked().size(), 1u);
  provider.answer(400, R"({"error":"invalid_grant"})");
  clock->advance(milliseconds{10'000});
  EXPECT_EQ(fetched.of(shop, "refresh-1").error().code, Errc::unauthenticated);
  clock->advance(milliseconds{59'000});
  EXPECT_NE(fetched.of(shop, "refresh-1").error().detail.find("sign in again"), std::string::npos);
  EXPECT_EQ(provider.asked().size(), 2u);
  for (const char* strange : {"", "[]", R"({"access_token":""})", R"({"access_token":"a\u0001b"})", R"({"access_token":{"a":1}})"}) {
    provider.answer(200, strange);
    clock->advance(std::chrono::minutes{2});
    EXPECT_TRUE(fetched.of(shop, "refresh-1").has_error()) << strange;
  }
  provider.answer(200, R"({"access_token":"access-1","expires_in":"1800"})");
  clock->advance(std::chrono::minutes{2});
  EXPECT_EQ(fetched.of(shop, "refresh-1").value(), "access-1");
}

TEST_F(OAuthTest, MailLeavesWithAFreshTokenAndANewRefreshTokenIsKept) {
  ScriptedServer::Options options;
  options.extensions = {"PIPELINING", "ENHANCEDSTATUSCODES", "AUTH XOAUTH2"};
  ScriptedServer server(std::move(options));
  const auto inbox = email_inbox("support@shop.example", {{"outgoing", "smtp"}, {"smtp", smtp(server.port())}});
  email::AccessTokens fetched(clock, {}, [&](const std::string& from, const std::string& to) {
    std::ignore = database.write_now(0, [&](Transaction& tx) -> Status { return email::replace_refresh_token(tx, cipher, from, to), Status{}; });
    return mailboxes.reload(database, cipher);
  });
  email::MailOut out({database, cipher, *outgoing, clock, fetched, {}, "shop.example"});
  const auto answer = [&] {
    const auto taken = take(MailText{}.raw());
    ASSERT_EQ(outcome(reply_by_mail(administrator, *taken.ticket)), "ok");
    clock->advance(milliseconds{11'000});
    EXPECT_EQ(out.run_once().value(), 1);
  };
  provider.answer(400, R"({"error":"invalid_grant"})");
  answer();
  EXPECT_EQ(server.connections(), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM outbox WHERE state = 'pending' AND INSTR(last_error, 'sign in again') > 0"), 1) << "it waits, and says for what";

  provider.answer(200, tokens("access-1", "refresh-2"));
  clock->advance(std::chrono::minutes{2});
  EXPECT_EQ(out.run_once().value(), 1);
  answer();
  EXPECT_EQ(server.mails().size(), 2u);
  const std::string said = base64_encode("user=support@shop.example\1auth=Bearer access-1\1\1");
  const auto commands = server.commands();
  EXPECT_TRUE(std::any_of(commands.begin(), commands.end(), [&](const std::string& line) { return line.find(said) != std::string::npos; }));
  EXPECT_EQ(read_secret(inbox), "refresh-2");
  EXPECT_EQ(provider.asked().size(), 2u);
}

}  // namespace
}  // namespace parley::test
