// Whether the sanitiser's output, read again, gives the same tree. For elements nested as everybody nests them the parsing rules of HTML
// say so: nothing is closed, moved or added by itself. That is all that is known here; what is not known to be settled may be it all the same.
#pragma once

#include <string_view>
#include <vector>

namespace parley::channels::email::mime {

/// Is told what is written, in that order. Names are of static storage.
class SettledMarkup {
 public:
  void open(std::string_view name);
  void close() { open_.pop_back(); }
  void empty_element(std::string_view name);
  void text(std::string_view text);
  void attribute(std::string_view value);
  /// Something was written that may be written differently the next time.
  void doubt() { is_sure_ = false; }

  bool is_sure() const { return is_sure_; }

 private:
  bool fits(std::string_view name) const;
  bool has_open(std::string_view name, bool also_outside_of_cell) const;
  std::string_view parent() const { return open_.empty() ? std::string_view{} : open_.back(); }

  std::vector<std::string_view> open_;
  bool is_sure_{true};
};

}  // namespace parley::channels::email::mime
