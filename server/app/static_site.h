// The built browser applications, read into memory once, with a gzip twin of everything that shrinks.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "server/net/http.h"

namespace parley::app {

class StaticSite {
 public:
  /// Loads web/apps/{console,widget,demo}/dist below `web_directory`; a missing one is simply not served.
  explicit StaticSite(const std::filesystem::path& web_directory);
  /// Nothing when the path is not one of ours.
  std::optional<net::HttpResponse> find(const net::HttpRequest& request) const;

 private:
  struct Asset {
    std::shared_ptr<const std::string> plain, gzip;
    std::string content_type, etag;
    bool is_immutable{false};  // its name carries its hash
    bool is_page{false};
  };
  void load(const std::filesystem::path& directory, const std::string& address);
  net::HttpResponse answer(const Asset& asset, const net::HttpRequest& request) const;
  std::map<std::string, Asset> assets_;
};

}  // namespace parley::app
