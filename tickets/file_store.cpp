#include "tickets/file_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "base/crypto.h"
#include "base/text.h"

namespace parley::tickets {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::hours young{1};

std::uint32_t big_endian(std::string_view b, std::size_t at, int bytes) {
  std::uint32_t v = 0;
  for (int i = 0; i < bytes; ++i) { v = (v << 8) | static_cast<unsigned char>(b[at + static_cast<std::size_t>(i)]); }
  return v;
}
std::uint32_t little_endian(std::string_view b, std::size_t at, int bytes) {
  std::uint32_t v = 0;
  for (int i = bytes - 1; i >= 0; --i) { v = (v << 8) | static_cast<unsigned char>(b[at + static_cast<std::size_t>(i)]); }
  return v;
}

std::optional<ImageInfo> sniff_png(std::string_view b) {
  if (b.size() < 24 || b.substr(0, 8) != std::string_view("\x89PNG\r\n\x1a\n", 8)) { return std::nullopt; }
  return ImageInfo{"image/png", static_cast<int>(big_endian(b, 16, 4)), static_cast<int>(big_endian(b, 20, 4))};
}
std::optional<ImageInfo> sniff_gif(std::string_view b) {
  if (b.size() < 10 || (b.substr(0, 6) != "GIF87a" && b.substr(0, 6) != "GIF89a")) { return std::nullopt; }
  return ImageInfo{"image/gif", static_cast<int>(little_endian(b, 6, 2)), static_cast<int>(little_endian(b, 8, 2))};
}
std::optional<ImageInfo> sniff_jpeg(std::string_view b) {
  if (b.size() < 4 || b.substr(0, 3) != "\xFF\xD8\xFF") { return std::nullopt; }
  std::size_t at = 2;
  while (at + 9 < b.size() && static_cast<unsigned char>(b[at]) == 0xFF) {
    const auto marker = static_cast<unsigned char>(b[at + 1]);
    const bool is_frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (is_frame) { return ImageInfo{"image/jpeg", static_cast<int>(big_endian(b, at + 7, 2)), static_cast<int>(big_endian(b, at + 5, 2))}; }
    at += 2 + std::max<std::size_t>(big_endian(b, at + 2, 2), 2);
  }
  return ImageInfo{"image/jpeg", 0, 0};
}
std::optional<ImageInfo> sniff_webp(std::string_view b) {
  if (b.size() < 30 || b.substr(0, 4) != "RIFF" || b.substr(8, 4) != "WEBP") { return std::nullopt; }
  if (b.substr(12, 4) == "VP8X") { return ImageInfo{"image/webp", static_cast<int>(little_endian(b, 24, 3)) + 1, static_cast<int>(little_endian(b, 27, 3)) + 1}; }
  if (b.substr(12, 4) == "VP8 ") { return ImageInfo{"image/webp", static_cast<int>(little_endian(b, 26, 2) & 0x3FFF), static_cast<int>(little_endian(b, 28, 2) & 0x3FFF)}; }
  const std::uint32_t bits = little_endian(b, 21, 4);
  return ImageInfo{"image/webp", static_cast<int>(bits & 0x3FFF) + 1, static_cast<int>((bits >> 14) & 0x3FFF) + 1};
}

/// File name without path parts and without characters that a file system or a header would trip over.
std::string safe_name(const std::string& name) {
  std::string line = clean_line(name);
  const auto slash = line.find_last_of("/\\");
  if (slash != std::string::npos) { line = line.substr(slash + 1); }
  for (char& c : line) {
    if (std::string_view("<>:\"|?*;").find(c) != std::string_view::npos) { c = '_'; }
  }
  while (!line.empty() && line.front() == '.') { line.erase(0, 1); }
  // Windows drops dots and spaces at the end: "setup.exe." would become a program there.
  while (!line.empty() && (line.back() == '.' || line.back() == ' ')) { line.pop_back(); }
  return std::string(first_characters(line, 120));
}

bool is_program(std::string_view name) {
  static constexpr std::array<std::string_view, 18> endings{".exe", ".bat", ".cmd", ".com", ".scr", ".msi", ".jar", ".vbs", ".vbe",
                                                            ".js",  ".jse", ".wsf", ".ps1", ".lnk", ".hta", ".cpl", ".reg", ".apk"};
  const std::string lower = to_lower_ascii(name);
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return lower.ends_with(e); });
}

std::string safe_type(const std::string& declared) {
  const std::string type = to_lower_ascii(trim(declared.substr(0, declared.find(';'))));
  static constexpr std::array<std::string_view, 8> known{"application/pdf", "text/plain", "text/csv", "application/zip", "video/mp4", "audio/mpeg",
                                                         "audio/ogg", "video/quicktime"};
  return std::find(known.begin(), known.end(), type) != known.end() ? type : "application/octet-stream";
}

bool write_durably(const fs::path& path, std::string_view bytes) {
  const fs::path temporary = path.string() + "." + random_token(6);
  const int fd = ::open(temporary.c_str(), O_CREAT | O_WRONLY | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) { return false; }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n <= 0) { break; }
    done += static_cast<std::size_t>(n);
  }
  const bool complete = done == bytes.size() && ::fsync(fd) == 0;
  ::close(fd);
  std::error_code failed;
  if (complete) { fs::rename(temporary, path, failed); }
  if (const int directory = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {  // the name is durable too
    ::fsync(directory);
    ::close(directory);
  }
  if (!complete || failed) { fs::remove(temporary, failed); }
  return complete && fs::exists(path, failed);
}

}  // namespace

std::optional<ImageInfo> sniff_image(std::string_view bytes) {
  for (auto* sniff : {sniff_png, sniff_gif, sniff_jpeg, sniff_webp}) {
    if (auto info = sniff(bytes)) { return info; }
  }
  return std::nullopt;
}

bool is_shown_inline(std::string_view type) { return type == "image/png" || type == "image/jpeg" || type == "image/gif" || type == "image/webp"; }

fs::path FileStore::path_of(const std::string& sha256) const {
  const std::string hex = hex_encode(sha256);
  return directory_ / hex.substr(0, 2) / hex.substr(2);
}

Result<Attachment> FileStore::put(std::string_view bytes, const std::string& name, const std::string& declared_type) const {
  if (safe_name(name).empty()) { return Error::field("/name", "empty", "A file needs a name."); }
  if (bytes.empty()) { return Error::field("/", "empty", "The file is empty."); }
  if (bytes.size() > upload_max) { return Error::with_reason(Errc::too_large, "too_large", "A file may have at most 25 MB."); }
  return put_part(bytes, name, declared_type);
}

Result<Attachment> FileStore::put_part(std::string_view bytes, const std::string& name, const std::string& declared_type) const {
  Attachment file;
  file.name = safe_name(name);
  if (file.name.empty()) { file.name = "attachment"; }
  if (is_program(file.name)) { return Error::field("/name", "type_refused", "Programs are not accepted."); }
  file.content_type = safe_type(declared_type);
  if (const auto image = sniff_image(bytes)) {
    file.content_type = image->content_type;
    if (image->width > 0 && image->height > 0) {
      file.width = image->width;
      file.height = image->height;
    }
  }
  file.size = static_cast<std::int64_t>(bytes.size());
  file.sha256 = sha256(bytes);
  PARLEY_CHECK(keep(file.sha256, bytes));
  return file;
}

Status FileStore::keep(const std::string& sha256, std::string_view bytes) const {
  const fs::path path = path_of(sha256);
  std::error_code failed;
  if (const std::lock_guard lock(mutex_); fs::exists(path, failed)) {
    fs::last_write_time(path, fs::file_time_type::clock::now(), failed);
    return {};
  }
  fs::create_directories(path.parent_path(), failed);
  if (!write_durably(path, bytes)) { return Error(Errc::unavailable, "file could not be stored at " + path.string()); }
  return {};
}

void FileStore::remove_unused(const std::string& sha256) const {
  const fs::path path = path_of(sha256);
  std::error_code failed;
  const std::lock_guard lock(mutex_);
  const auto written = fs::last_write_time(path, failed);
  if (failed || fs::file_time_type::clock::now() - written < young) { return; }
  fs::remove(path, failed);
}

}  // namespace parley::tickets
