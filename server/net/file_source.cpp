#include "server/net/file_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace parley::net {

std::optional<FileSource> FileSource::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a named pipe must not hang the I/O thread.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (descriptor < 0) { return std::nullopt; }
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    ::close(descriptor);
    return std::nullopt;
  }
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return FileSource(descriptor, static_cast<std::uint64_t>(facts.st_size));
}

FileSource::FileSource(FileSource&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

FileSource::~FileSource() {
  if (descriptor_ >= 0) { ::close(descriptor_); }
}

std::size_t FileSource::read(std::uint64_t offset, std::span<char> out) const {
  for (;;) {
    const auto count = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (count >= 0) { return static_cast<std::size_t>(count); }
    if (errno != EINTR) { return 0; }
  }
}

}  // namespace parley::net
