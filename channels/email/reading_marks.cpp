#include "channels/email/reading_marks.h"

#include <chrono>
#include <fstream>

#include "base/crypto.h"
#include "base/text.h"

namespace parley::channels::email {

namespace fs = std::filesystem;

namespace {
constexpr std::chrono::hours forgotten_after{7 * 24};
}

ReadingMarks::ReadingMarks(fs::path directory) : directory_(std::move(directory)) {
  std::error_code ignored;
  fs::create_directories(directory_, ignored);
  for (const auto& file : fs::directory_iterator(directory_, ignored)) {
    if (fs::file_time_type::clock::now() - file.last_write_time(ignored) > forgotten_after) {
      fs::remove(file.path(), ignored);
    } else {
      ++left_over_[file.path().stem().string()];
    }
  }
}

std::string ReadingMarks::name_of(std::string_view raw) {
  std::size_t at = 0;
  while (at < raw.size()) {
    const auto line = raw.substr(at);
    const bool is_folded = line.front() == ' ' || line.front() == '\t';
    if (!is_folded && !starts_with_ignore_case(line, "Received:") && !starts_with_ignore_case(line, "Return-Path:")) { break; }
    const auto end = line.find('\n');
    if (end == std::string_view::npos) { break; }
    at += end + 1;
  }
  return hex_encode(sha256(raw.substr(at)));
}

int ReadingMarks::left_over(const std::string& name) const {
  const auto found = left_over_.find(name);
  return found == left_over_.end() ? 0 : found->second;
}

bool ReadingMarks::is_poison(const std::string& name) const { return left_over(name) >= 2; }

ReadingMarks::Mark::Mark(const ReadingMarks& marks, const std::string& name) : first_(marks.directory_ / (name + ".1")), second_(marks.directory_ / (name + ".2")) {
  std::ofstream(marks.left_over(name) == 0 ? first_ : second_) << "";
}

/// It could be read, so whatever ended an earlier process was something else.
ReadingMarks::Mark::~Mark() {
  std::error_code ignored;
  fs::remove(first_, ignored);
  fs::remove(second_, ignored);
}

}  // namespace parley::channels::email
