// A file being sent: opened once, read in small pieces at given places.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

namespace parley::net {

class FileSource {
 public:
  /// Nothing when it is missing, unreadable or not a regular file.
  static std::optional<FileSource> open(const std::filesystem::path& path);
  FileSource(FileSource&& other) noexcept;
  FileSource& operator=(FileSource&&) = delete;
  ~FileSource();

  std::uint64_t size() const { return size_; }
  /// Bytes read into `out`; 0: the file became shorter, or failed. One pread; callers keep `out` small because it may touch the disk.
  std::size_t read(std::uint64_t offset, std::span<char> out) const;

 private:
  FileSource(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}
  int descriptor_;
  std::uint64_t size_;
};

}  // namespace parley::net
