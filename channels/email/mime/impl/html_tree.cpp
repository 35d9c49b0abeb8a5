#include "channels/email/mime/impl/html_tree.h"

#include <csetjmp>

#include "base/text.h"
#include "channels/email/mime/impl/counted_memory.h"

namespace parley::channels::email::mime {

/// An abandoned parse leaves nothing behind, and a deep tree is freed without recursion.
struct HtmlTree::Memory {
  explicit Memory(const HtmlLimits& limits) : counted(limits) {}

  static void* allocate(void* self, std::size_t size) {
    auto& memory = *static_cast<Memory*>(self);
    void* const bytes = memory.counted.allocate(size);
    if (bytes == nullptr) { std::longjmp(memory.abandon, 1); }  // over C frames only: gumbo cannot fail any other way
    return bytes;
  }
  static void release(void* self, void* bytes) { static_cast<Memory*>(self)->counted.release(bytes); }

  GumboOutput* parse(const std::string& html) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = &allocate;
    options.deallocator = &release;
    options.userdata = this;
    options.max_errors = 0;
    if (setjmp(abandon) != 0) { return nullptr; }
    return gumbo_parse_with_options(&options, html.data(), html.size());
  }

  CountedMemory counted;
  std::jmp_buf abandon{};
};

HtmlTree::HtmlTree(std::string_view html, const HtmlLimits& limits) : html_(html), memory_(std::make_unique<Memory>(limits)), output_(memory_->parse(html_)) {}
HtmlTree::~HtmlTree() = default;  // the memory frees itself; gumbo_destroy_output would recurse

const GumboNode* HtmlTree::root() const { return output_ == nullptr ? nullptr : output_->root; }

std::string_view attribute(const GumboNode& node, const char* lower_name) {
  const GumboAttribute* const found = gumbo_get_attribute(&node.v.element.attributes, lower_name);
  return found == nullptr ? std::string_view{} : std::string_view(found->value);
}

std::string_view element_name(const GumboNode& node) {
  if (node.type != GUMBO_NODE_ELEMENT || node.v.element.tag_namespace != GUMBO_NAMESPACE_HTML || node.v.element.tag == GUMBO_TAG_UNKNOWN) { return {}; }
  return gumbo_normalized_tagname(node.v.element.tag);
}

std::string text_without_tags(std::string_view html) {
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      out.push_back(html[at++]);
      continue;
    }
    std::size_t end = html.find('>', at);
    for (const std::string_view hidden : {"script", "style", "title"}) {
      if (!starts_with_ignore_case(html.substr(at + 1), hidden)) { continue; }
      const std::string close = "</" + std::string(hidden);
      std::size_t close_at = html.find("</", at);
      while (close_at != std::string_view::npos && !starts_with_ignore_case(html.substr(close_at, close.size()), close)) { close_at = html.find("</", close_at + 2); }
      end = close_at == std::string_view::npos ? close_at : html.find('>', close_at);
    }
    if (end == std::string_view::npos) { break; }
    out.push_back(html[end - 1] == 'p' || html.substr(at, 3) == "<br" ? '\n' : ' ');
    at = end + 1;
  }
  return out;
}

}  // namespace parley::channels::email::mime
