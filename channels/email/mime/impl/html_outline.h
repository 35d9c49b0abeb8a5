// HTML with its long texts and styles replaced by short references. gumbo makes a token of every character and builds the same tree whatever
// those characters say, so it is given what decides about the tree, and the rest is put back into what it built.
#pragma once

#include <gumbo.h>

#include <string>
#include <string_view>
#include <vector>

namespace parley::channels::email::mime {

/// What is a text and what is a style is guessed here by eye; `restore` finds out whether gumbo saw it the same way.
class HtmlOutline {
 public:
  /// `html` is valid UTF-8 and outlives the outline.
  explicit HtmlOutline(std::string_view html);

  /// What gumbo is given.
  const std::string& html() const { return outline_; }
  bool has_references() const { return !stretches_.empty(); }

  /// Puts everything back; the tree then points into this object. False when a reference did not come back as what it stands for: then the
  /// tree is not that of the HTML, which must be parsed as it is.
  bool restore(GumboNode* root);

 private:
  struct Stretch {
    std::string text;
    bool is_style;
    bool is_back{false};
  };

  std::size_t read_texts(std::size_t at);
  std::size_t read_tag(std::size_t at);
  bool replace(std::size_t begin, std::size_t end, bool is_style);
  bool restore_text(GumboNode& node);
  bool restore_attributes(GumboNode& node);
  Stretch* stretch_at(std::string_view text, std::size_t at);

  std::string_view whole_;
  std::string outline_;
  std::size_t copied_{0};  // `whole_` up to here is in `outline_`
  std::vector<Stretch> stretches_;
  std::vector<std::string> texts_;  // texts of the tree that hold references among other characters
};

}  // namespace parley::channels::email::mime
