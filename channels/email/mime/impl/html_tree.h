// gumbo with bounds. gumbo has none: deep trees overflow its recursive clean-up, some inputs grow quadratically. Here every
// allocation is counted against memory and CPU time; past a bound the parse is abandoned and everything freed at once.
#pragma once

#include <gumbo.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "channels/email/mime/html_sanitizer.h"

namespace parley::channels::email::mime {

class HtmlTree {
 public:
  HtmlTree(std::string_view html, const HtmlLimits& limits);
  ~HtmlTree();
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;

  /// The <html> element, or null when a bound was hit.
  const GumboNode* root() const;

 private:
  struct Memory;

  std::string html_;
  std::unique_ptr<Memory> memory_;
  GumboOutput* output_;  // null: abandoned
};

/// Depth-first without recursion. `enter(node)` returns whether to go into its children; `leave(node)` is called after them only
/// when it did.
template <class Node, class Enter, class Leave>
void walk(Node* root, Enter enter, Leave leave) {
  struct Frame {
    Node* node;
    unsigned next;
  };
  const auto goes_into = [&](Node* node) { return enter(*node) && node->type == GUMBO_NODE_ELEMENT; };
  std::vector<Frame> open;
  if (!goes_into(root)) { return; }
  open.push_back({root, 0});
  while (!open.empty()) {
    const GumboVector& children = open.back().node->v.element.children;
    if (open.back().next == children.length) {
      leave(*open.back().node);
      open.pop_back();
      continue;
    }
    Node* const child = static_cast<Node*>(children.data[open.back().next++]);
    if (goes_into(child)) { open.push_back({child, 0}); }
  }
}

/// Value of an attribute; null data when missing.
std::string_view attribute(const GumboNode& node, const char* lower_name);
/// Name of an HTML element in lower case; empty for other namespaces and unknown elements.
std::string_view element_name(const GumboNode& node);

/// Text of HTML that could not be parsed: tags and the content of script and style removed, entities left. A single pass.
std::string text_without_tags(std::string_view html);

}  // namespace parley::channels::email::mime
