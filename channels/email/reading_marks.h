// Which mails were being read when the process ended. A mail that does it twice is kept unread, so that it cannot end the process for ever.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace parley::channels::email {

/// Names on disk, one for each mail while it is read; what an earlier process left behind is what ended it, or was read beside it.
class ReadingMarks {
 public:
  /// Looks at what is left over. Marks older than a week are forgotten.
  explicit ReadingMarks(std::filesystem::path directory);

  /// A mail's name here: its hash without what the servers on its way put in front, which differs each time it is sent again.
  static std::string name_of(std::string_view raw);
  bool is_poison(const std::string& name) const;

  /// While it lives the mail counts as being read.
  class Mark {
   public:
    Mark(const ReadingMarks& marks, const std::string& name);
    ~Mark();
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

   private:
    std::filesystem::path first_, second_;
  };

 private:
  int left_over(const std::string& name) const;

  std::filesystem::path directory_;
  std::map<std::string, int> left_over_;  // by name; as the process began
};

}  // namespace parley::channels::email
