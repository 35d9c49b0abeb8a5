// A tree of gumbo as text, for comparing two.
#pragma once

#include <string>

#include "channels/email/mime/impl/html_tree.h"

namespace parley::channels::email::test {

inline std::string tree_text(const GumboNode* root) {
  std::string out;
  const auto enter = [&](const GumboNode& node) {
    if (node.type == GUMBO_NODE_ELEMENT) {
      out.append("(").append(std::to_string(node.v.element.tag)).append(":").append(std::to_string(node.v.element.tag_namespace));
      for (unsigned i = 0; i < node.v.element.attributes.length; ++i) {
        const auto& each = *static_cast<const GumboAttribute*>(node.v.element.attributes.data[i]);
        out.append(" ").append(each.name).append("=\"").append(each.value).append("\"");
      }
    } else if (node.type != GUMBO_NODE_COMMENT && node.type != GUMBO_NODE_TEMPLATE) {  // nobody reads those
      out.append("'").append(node.v.text.text).append("'");
    }
    return true;
  };
  mime::walk(root, enter, [&](const GumboNode&) { out.append(")"); });
  return out;
}

/// Of the tree gumbo builds when it is given all of the HTML.
inline std::string tree_text_of_all(const std::string& html) {
  GumboOutput* const output = gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size());
  std::string out = tree_text(output->root);
  gumbo_destroy_output(&kGumboDefaultOptions, output);
  return out;
}

}  // namespace parley::channels::email::test
