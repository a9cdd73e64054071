#include "app/line_encoder.hpp"

#include <spdlog/spdlog.h>

namespace rowferry {

Result<void> LineEncoder::write(const Change& change) {
  if (Result<void> encoded = encoder_of(change).encode(change, Destination{}, output_, encoded_); !encoded)
    return encoded;
  for (const std::string& line : warnings_.lines) spdlog::warn("{}", line);
  warnings_.lines.clear();
  for (std::uint32_t i = 0; i < encoded_.count; ++i) {
    if (Result<void> written = lines_.write(encoded_.messages[i].value); !written) return written;
  }
  return {};
}

Encoder& LineEncoder::encoder_of(const Change& change) {
  constexpr std::size_t kMaxPlans = 4096;
  const auto found = plans_.find(change.table);
  if (found != plans_.end()) return *found->second.encoder;
  if (plans_.size() == kMaxPlans) plans_.clear();
  Plan plan{*change.schema, make_plain_encoder(*change.schema, false, warnings_)};
  return *plans_.emplace(change.table, std::move(plan)).first->second.encoder;
}

} // namespace rowferry
