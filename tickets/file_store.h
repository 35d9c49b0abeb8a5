// Uploaded files on disk, named by their SHA-256, so that equal files are kept once and a name never reaches the file system.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tickets/ticket.h"

namespace parley::tickets {

inline constexpr std::uint64_t upload_max = 25u << 20;

class FileStore {
 public:
  explicit FileStore(std::filesystem::path directory) : directory_(std::move(directory)) {}
  /// Checks name, size and type, writes the bytes durably. Blocking. Errors: invalid_input at /name or /, too_large, unavailable.
  Result<Attachment> put(std::string_view bytes, const std::string& name, const std::string& declared_type) const;
  /// The same for parts of a mail: any size, and a name and type made fit to store. Programs are refused here too: invalid_input at /name.
  Result<Attachment> put_part(std::string_view bytes, const std::string& name, const std::string& declared_type) const;
  /// Writes bytes durably under a hash that names them; does nothing when they are there. Errors: unavailable.
  Status keep(const std::string& sha256, std::string_view bytes) const;
  std::filesystem::path path_of(const std::string& sha256) const;
  /// Removes a file nobody refers to, unless an equal one was uploaded in the last hour: its row may not be stored yet.
  void remove_unused(const std::string& sha256) const;

 private:
  std::filesystem::path directory_;
  mutable std::mutex mutex_;  // between "it is there already" and "it is not needed any more"
};

/// Type by content for what browsers may show inline (PNG, JPEG, GIF, WebP), with its size in pixels.
struct ImageInfo {
  std::string content_type;
  int width{0}, height{0};
};
std::optional<ImageInfo> sniff_image(std::string_view bytes);
/// True when the browser may show it inside a page; everything else is a download.
bool is_shown_inline(std::string_view content_type);

}  // namespace parley::tickets
