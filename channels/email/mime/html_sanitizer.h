// HTML of a stranger to HTML that may be shown: an allow-list of elements, attributes, styles and URL schemes, rebuilt from the
// parsed tree, so that nothing of the original markup is copied. The browser sanitises again and shows it in a sandboxed frame.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parley::channels::email {

struct HtmlLimits {
  std::size_t input_max{2 * 1'024 * 1'024};
  std::size_t output_max{6 * 1'024 * 1'024};
  std::size_t depth_max{150};                     // nested elements; deeper ones lose their tags, not their text
  std::size_t memory_max{256 * 1'024 * 1'024};    // of the parsed tree
  std::size_t cpu_ms_max{1'000};                  // CPU time of one parse: some markup makes HTML parsers quadratic
  std::size_t data_image_max{512 * 1'024};
};

struct SafeHtml {
  std::string html;                       // valid UTF-8; sanitising it again changes nothing
  std::vector<std::string> content_ids;   // of the cid: images it shows
  std::size_t remote_images{0};           // kept as data-remote-src, fetched only when asked
  std::size_t tracking_pixels{0};         // removed
  bool sets_colors{false};                // has colours of its own: show it on white also in dark mode
  bool is_reduced{false};                 // too deep, too big or hostile: its text, escaped
};

/// Plain text as HTML that sanitising would not change: escaped, with its line breaks.
std::string html_of_text(std::string_view text);

SafeHtml sanitize_html(std::string_view html, const HtmlLimits& limits = {});

}  // namespace parley::channels::email
