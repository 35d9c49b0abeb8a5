// The tags of HTML by eye: where they stand and what they say, without a tree.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace parley::channels::email {

struct Tag {
  std::size_t begin{0}, end{0};
  std::string name;  // lower case
  bool is_close{false}, is_void{false};
};

/// All tags in order; comments and declarations have an empty name. A '<' that begins no tag is text.
std::vector<Tag> read_tags(std::string_view html);

/// The value of an attribute as written, of the text of a tag; tags are read with bounded length.
std::string_view tag_attribute(std::string_view tag, std::string_view name);

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace parley::channels::email
