// Texts waiting to be written to one socket: shared, counted, and without memory of its own while empty.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace parley::net {

class SendQueue {
 public:
  using Text = std::shared_ptr<const std::string>;

  bool empty() const { return head_ == items_.size(); }
  std::size_t count() const { return items_.size() - head_; }
  std::size_t bytes() const { return bytes_; }

  void push(Text text) {
    bytes_ += text->size();
    items_.push_back(std::move(text));
  }

  Text pop() {
    Text text = std::move(items_[head_++]);
    bytes_ -= text->size();
    if (empty()) {
      clear();
    } else if (head_ >= 64 && head_ * 2 >= items_.size()) {
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
    return text;
  }

  /// A burst leaves no memory behind; a small vector is kept because the next text is likely.
  void clear() {
    head_ = 0;
    bytes_ = 0;
    if (items_.capacity() > 16) {
      std::vector<Text>().swap(items_);
    } else {
      items_.clear();
    }
  }

 private:
  std::vector<Text> items_;
  std::size_t head_{0}, bytes_{0};
};

}  // namespace parley::net
