// The pure parts of the ticket model: transitions, allowed pages, files of strangers.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/crypto.h"
#include "tickets/file_store.h"
#include "tickets/inbox.h"
#include "tickets/ticket.h"
#include "tickets/ticket_policy.h"
#include "tickets/ticket_service.h"

namespace parley::tickets {
namespace {

namespace fs = std::filesystem;

TEST(TicketState, MovesAsTheContractSays) {
  const std::map<std::string, std::set<std::string>> allowed{
      {"new", {"open", "pending", "on_hold", "solved"}},
      {"open", {"pending", "on_hold", "solved"}},
      {"pending", {"open", "on_hold", "solved"}},
      {"on_hold", {"open", "pending", "solved"}},
      {"solved", {"open", "closed"}},
      {"closed", {}},
  };
  for (const auto& [from, targets] : allowed) {
    for (const auto& [to, unused] : allowed) {
      EXPECT_EQ(may_change(*parse_state(from), *parse_state(to)), from == to || targets.contains(to)) << from << " -> " << to;
    }
  }
  for (const char* bad : {"", "New", "open ", "deleted"}) { EXPECT_FALSE(parse_state(bad)) << bad; }
}

TEST(TicketState, IsUnsolvedUpToOnHold) {
  for (const char* state : {"new", "open", "pending", "on_hold"}) { EXPECT_TRUE(is_unsolved(*parse_state(state))) << state; }
  for (const char* state : {"solved", "closed"}) { EXPECT_FALSE(is_unsolved(*parse_state(state))) << state; }
}

TEST(Visibility, FollowsTeamAssigneeAndRole) {
  const TeamId sales{1}, support{2};
  const AgentId me{7}, other{8};
  Principal agent;
  agent.kind = Principal::Kind::agent;
  agent.role = Role::agent;
  agent.agent = me;
  agent.teams = {sales};
  Principal supervisor = agent, visitor = agent;
  supervisor.role = Role::supervisor;
  visitor.kind = Principal::Kind::visitor;
  EXPECT_TRUE(can_see(agent, sales, other));
  EXPECT_TRUE(can_see(agent, std::nullopt, other));
  EXPECT_TRUE(can_see(agent, support, me));
  EXPECT_FALSE(can_see(agent, support, other));
  EXPECT_FALSE(can_see(agent, support, std::nullopt));
  EXPECT_TRUE(can_see(supervisor, support, other));
  EXPECT_FALSE(can_see(visitor, std::nullopt, me));
}

TEST(Subject, IsTheFirstLineCutAtEighty) {
  EXPECT_EQ(subject_of("Hello there\nsecond line"), "Hello there");
  EXPECT_EQ(subject_of(""), "");
  std::string han;
  for (int i = 0; i < 81; ++i) { han += "字"; }
  EXPECT_EQ(subject_of(han), han.substr(0, 80 * 3) + "…");
}

TEST(AllowedDomains, DecideWhichPagesMayEmbed) {
  const struct {
    std::vector<std::string> domains;
    const char* origin;
    bool is_allowed;
  } cases[] = {
      {{}, "https://anything.example", true},
      {{"shop.example"}, "https://shop.example", true},
      {{"shop.example"}, "http://shop.example", true},
      {{"shop.example"}, "https://SHOP.example", true},
      {{"shop.example"}, "https://shop.example:8443", true},
      {{"shop.example:8443"}, "https://shop.example:8443", true},
      {{"shop.example:8443"}, "https://shop.example", false},
      {{"shop.example:8443"}, "https://shop.example:9000", false},
      {{"shop.example"}, "https://www.shop.example", false},
      {{"shop.example"}, "https://evilshop.example", false},
      {{"shop.example"}, "https://shop.example.evil.com", false},
      {{"*.shop.example"}, "https://www.shop.example", true},
      {{"*.shop.example"}, "https://a.b.shop.example", true},
      {{"*.shop.example"}, "https://shop.example", false},
      {{"*.shop.example"}, "https://evilshop.example", false},
      {{"*.shop.example"}, "https://.shop.example", false},
      {{"*.shop.example"}, "https://www.shop.example:8443", true},
      {{"*.shop.example:8443"}, "https://www.shop.example:8443", true},
      {{"*.shop.example:8443"}, "https://www.shop.example:9000", false},
      {{"a.example", "b.example"}, "https://b.example", true},
      {{"localhost:5173"}, "http://localhost:5173", true},
      {{"[::1]"}, "http://[::1]:8080", true},
      {{"[::1]"}, "http://[::1]", true},
      {{"shop.example"}, "null", false},
      {{"shop.example"}, "", false},
      {{"shop.example"}, "https://", false},
      {{"shop.example"}, "shop.example", false},
      {{"shop.example"}, "https://shop.example@evil.com", false},
  };
  for (const auto& c : cases) {
    Inbox inbox;
    inbox.allowed_domains = c.domains;
    EXPECT_EQ(allows_origin(inbox, c.origin), c.is_allowed) << (c.domains.empty() ? "any" : c.domains.front()) << " for " << c.origin;
  }
}

std::string bytes(std::initializer_list<int> list) {
  std::string out;
  for (const int b : list) { out.push_back(static_cast<char>(b)); }
  return out;
}

std::string png() { return bytes({0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 2, 128, 0, 0, 1, 224}); }
std::string gif() { return "GIF89a" + bytes({0x40, 1, 0xF0, 0}); }
std::string jpeg() {
  return bytes({0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xC4, 0, 4, 1, 2, 0xFF, 0xC2, 0, 17, 8, 0, 200, 1, 44, 3, 1, 2, 3});
}
std::string webp(const std::string& kind, const std::string& body) { return "RIFF" + bytes({50, 0, 0, 0}) + "WEBP" + kind + body; }
std::string webp_extended() { return webp("VP8X", bytes({10, 0, 0, 0, 0, 0, 0, 0, 0x7F, 2, 0, 0xDF, 1, 0})); }
std::string webp_lossy() { return webp("VP8 ", bytes({20, 0, 0, 0, 0x30, 1, 0, 0x9D, 1, 0x2A, 0x80, 2, 0xE0, 1})); }
std::string webp_lossless() { return webp("VP8L", bytes({20, 0, 0, 0, 0x2F, 0x7F, 0xC2, 0x77, 0, 0, 0, 0, 0, 0})); }

TEST(SniffImage, FindsTypeAndSize) {
  const struct {
    const char* type;
    std::string data;
    int width, height;
  } cases[] = {{"image/png", png(), 640, 480},           {"image/gif", gif(), 320, 240},           {"image/jpeg", jpeg(), 300, 200},
               {"image/webp", webp_extended(), 640, 480}, {"image/webp", webp_lossy(), 640, 480}, {"image/webp", webp_lossless(), 640, 480}};
  for (const auto& c : cases) {
    const auto info = sniff_image(c.data);
    ASSERT_TRUE(info) << c.type;
    EXPECT_EQ(info->content_type, c.type);
    EXPECT_EQ(info->width, c.width) << c.type;
    EXPECT_EQ(info->height, c.height) << c.type;
  }
}

TEST(SniffImage, SurvivesTruncationAtEveryByte) {
  for (const auto& whole : {png(), gif(), jpeg(), webp_extended(), webp_lossy(), webp_lossless()}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));  // on the heap, so that a sanitizer sees the edge
      const auto info = sniff_image({cut.data(), cut.size()});
      if (info) { EXPECT_EQ(info->content_type, "image/jpeg") << "only JPEG is known by its first bytes"; }
    }
  }
}

TEST(SniffImage, IsNotFooledByNames) {
  for (const std::string text : {"", "\x89PNG", "<svg xmlns='http://www.w3.org/2000/svg'/>", "GIF88a0000", "<html><script>", "RIFF....WAVEfmt 000000000000000000", "\xFF\xD8"}) {
    EXPECT_FALSE(sniff_image(text)) << text;
  }
  for (const char* type : {"image/png", "image/jpeg", "image/gif", "image/webp"}) { EXPECT_TRUE(is_shown_inline(type)); }
  for (const char* type : {"image/svg+xml", "text/html", "application/pdf", ""}) { EXPECT_FALSE(is_shown_inline(type)) << type; }
}

struct Files : ::testing::Test {
  fs::path folder = fs::path(::testing::TempDir()) / ("parley_files_" + random_token(6));
  FileStore store{folder};
  ~Files() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string refusal(std::string_view content, const std::string& name) {
    const auto put = store.put(content, name, "text/plain");
    if (put.has_value()) { return "accepted as " + put->name; }
    return put.error().fields.empty() ? put.error().reason : put.error().fields.front().path + ":" + put.error().fields.front().code;
  }
};

TEST_F(Files, RefuseProgramsAndWhatIsEmpty) {
  for (const char* name : {"setup.exe", "SETUP.EXE", "a.tar.bat", "x.js", "report.pdf.scr", "a.lnk", "macro.vbs", "run.ps1", "app.apk", "dir/evil.exe", "setup.exe ", "setup.exe.", "setup.exe. ."}) {
    EXPECT_EQ(refusal("MZ", name), "/name:type_refused") << name;
  }
  for (const char* name : {"", " ", "..", "...", "a/..", "a/", "\\", "\x01\x02"}) { EXPECT_EQ(refusal("x", name), "/name:empty") << name; }
  EXPECT_EQ(refusal("", "a.txt"), "/:empty");
  EXPECT_EQ(refusal(std::string(upload_max + 1, 'x'), "a.txt"), "too_large");
  EXPECT_FALSE(fs::exists(folder)) << "what is refused leaves nothing behind";
}

TEST_F(Files, KeepTheLastPartOfAPathAsTheName) {
  const std::pair<const char*, const char*> cases[] = {{"../../etc/passwd", "passwd"}, {"C:\\Users\\me\\photo.png", "photo.png"}, {".htaccess", "htaccess"},
                                                       {"a\nb\t c.txt", "a b c.txt"},  {"q\"u<o>te;.txt", "q_u_o_te_.txt"},       {"你好.pdf", "你好.pdf"},
                                                       {"invoice\xE2\x80\xAE" "fdp.txt", "invoicefdp.txt"}};
  for (const auto& [given, kept] : cases) {
    const auto put = store.put("x", given, "text/plain");
    ASSERT_TRUE(put.has_value()) << given;
    EXPECT_EQ(put->name, kept);
  }
  EXPECT_LE(store.put("x", std::string(500, 'n') + ".txt", "")->name.size(), 120U);
}

TEST_F(Files, AreKeptOnceByContent) {
  const auto first = store.put("same", "a.txt", "text/plain; charset=utf-8").value();
  const auto second = store.put("same", "b.txt", "text/plain").value();
  EXPECT_EQ(first.sha256, second.sha256);
  EXPECT_EQ(first.content_type, "text/plain");
  std::ifstream in(store.path_of(first.sha256));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "same");
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) { count += entry.is_regular_file() ? 1 : 0; }
  EXPECT_EQ(count, 1U);
}

TEST_F(Files, AreRemovedOnlyWhenNobodyHasJustUploadedTheSame) {
  const auto file = store.put("same", "a.txt", "text/plain").value();
  const auto path = store.path_of(file.sha256);
  const auto age = [&] { fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(25)); };
  age();
  ASSERT_TRUE(store.put("same", "b.txt", "text/plain").has_value());
  store.remove_unused(file.sha256);
  EXPECT_TRUE(fs::exists(path)) << "the second upload's row may be on its way";
  age();
  store.remove_unused(file.sha256);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Files, TrustTheContentNotTheDeclaredType) {
  const auto image = store.put(png(), "x.txt", "text/html").value();
  EXPECT_EQ(image.content_type, "image/png");
  EXPECT_EQ(image.width, 640);
  for (const char* type : {"text/html", "image/svg+xml", "image/png", "application/javascript", "", "nonsense"}) {
    EXPECT_EQ(store.put("<script>", "x.html", type)->content_type, "application/octet-stream") << type;
  }
  std::string huge = png();
  huge[16] = '\x80';
  EXPECT_FALSE(store.put(huge, "x.png", "")->width) << "a size beyond reason is no size";
}

}  // namespace
}  // namespace parley::tickets
