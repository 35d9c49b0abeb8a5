// What the loaders of the demo shop share.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"

namespace parley::demo {

inline constexpr milliseconds hour{3'600'000};

/// One of the files of data/. Errors: invalid_input.
inline Result<nlohmann::json> read_data(const std::filesystem::path& path) {
  std::ifstream in(path);
  nlohmann::json data = stored_json(std::string(std::istreambuf_iterator<char>(in), {}));
  if (data.is_discarded()) { return Error(Errc::invalid_input, "cannot read " + path.string()); }
  return data;
}

}  // namespace parley::demo
