#include "server/app/static_site.h"

#include <zlib.h>

#include <fstream>
#include <sstream>

#include "base/crypto.h"

namespace parley::app {

namespace fs = std::filesystem;

namespace {

std::string type_of(const fs::path& path) {
  static const std::map<std::string, std::string> types{
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"}, {".svg", "image/svg+xml"},
      {".png", "image/png"}, {".json", "application/json"}, {".webmanifest", "application/manifest+json"}, {".ico", "image/x-icon"}, {".woff2", "font/woff2"},
      {".map", "application/json"}};
  const auto found = types.find(path.extension().string());
  return found == types.end() ? "application/octet-stream" : found->second;
}

/// Empty when there is no such file.
std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  return content.str();
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) { return {}; }
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done ? out : std::string();
}

/// Our own pages run our own scripts only. Pictures from elsewhere are for mails whose reader asked for them: the frame that shows a mail
/// has a policy of its own on top of this one. The demo shop plays a foreign page, so it gets no policy of ours.
constexpr const char* console_policy =
    "default-src 'self'; img-src 'self' data: blob: https:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

}  // namespace

StaticSite::StaticSite(const fs::path& web) {
  load(web / "apps/console/dist", "/console");
  load(web / "apps/demo/dist", "/demo");
  load(web / "apps/widget/dist", "/widget");
  // The loader lives at a short address of its own.
  if (const auto loader = assets_.find("/widget/widget.js"); loader != assets_.end()) { assets_["/widget.js"] = loader->second; }
}

void StaticSite::load(const fs::path& directory, const std::string& address) {
  std::error_code missing;
  for (const auto& entry : fs::recursive_directory_iterator(directory, missing)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".gz") { continue; }
    Asset asset;
    asset.plain = std::make_shared<const std::string>(content_of(entry.path()));
    asset.content_type = type_of(entry.path());
    asset.etag = "\"" + hex_encode(sha256(*asset.plain)).substr(0, 24) + "\"";
    const std::string name = entry.path().lexically_relative(directory).generic_string();
    asset.is_immutable = name.rfind("assets/", 0) == 0;
    asset.is_page = entry.path().extension() == ".html";
    auto packed = content_of(entry.path().string() + ".gz");  // made by the build, smaller than what we make in passing
    if (packed.empty()) { packed = gzip(*asset.plain); }
    if (!packed.empty() && packed.size() < asset.plain->size() * 9 / 10) { asset.gzip = std::make_shared<const std::string>(std::move(packed)); }
    assets_[address + "/" + name] = std::move(asset);
  }
}

net::HttpResponse StaticSite::answer(const Asset& asset, const net::HttpRequest& request) const {
  net::HttpResponse response;
  response.headers.add("etag", asset.etag);
  response.headers.add("cache-control", asset.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.add("vary", "accept-encoding");
  if (request.headers.find("if-none-match").find(asset.etag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  response.headers.add("content-type", asset.content_type);
  const bool packed = asset.gzip && request.headers.find("accept-encoding").find("gzip") != std::string_view::npos;
  if (packed) { response.headers.add("content-encoding", "gzip"); }
  response.shared_body = packed ? asset.gzip : asset.plain;
  return response;
}

std::optional<net::HttpResponse> StaticSite::find(const net::HttpRequest& request) const {
  const std::string& path = request.path;
  const bool is_widget = path == "/widget.js" || path.rfind("/widget/", 0) == 0;
  const bool is_console = path == "/console" || path.rfind("/console/", 0) == 0;
  const bool is_demo = path == "/demo" || path.rfind("/demo/", 0) == 0;
  if (!is_widget && !is_console && !is_demo) { return std::nullopt; }
  auto found = assets_.find(path);
  // The console is one page with addresses of its own; the demo's pages are files.
  if (found == assets_.end() && is_console && path.rfind("/console/assets/", 0) != 0) { found = assets_.find("/console/index.html"); }
  if (found == assets_.end() && is_demo) { found = assets_.find(path == "/demo" || path == "/demo/" ? "/demo/index.html" : path + ".html"); }
  if (found == assets_.end()) { return std::nullopt; }
  auto response = answer(found->second, request);
  if (is_console && found->second.is_page) { response.headers.add("content-security-policy", console_policy); }
  if (is_widget) {
    response.headers.add("access-control-allow-origin", "*");
    response.headers.add("cross-origin-resource-policy", "cross-origin");
  }
  return response;
}

}  // namespace parley::app
