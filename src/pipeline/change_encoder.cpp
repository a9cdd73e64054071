#include "pipeline/change_encoder.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace rowferry {

// A route is valid until the router makes another one, so both are asked for anew with every other shape.
Result<void> ChangeEncoder::resolve(const Change& change) {
  schema_.reset();
  auto route = router_.resolve(*change.schema);
  if (!route) return fail(std::move(route.error()));
  if (*route == nullptr) {
    return fail(Error::internal(fmt::format("{}: captured, but no rule wants it", place_of(change))));
  }
  route_ = *route;
  encoder_ = &encoder_of(*route_, warnings_);
  schema_ = *change.schema;
  return {};
}

Result<Drop> ChangeEncoder::encode(const Change& change) {
  encoded_.count = 0;
  if (change.table != schema_.get()) [[unlikely]] {
    if (auto resolved = resolve(change); !resolved) return fail(std::move(resolved.error()));
  }
  auto drop = route_->route(change, destination_);
  if (!drop || *drop != Drop::none) return drop;
  if (auto encoded = encoder_->encode(change, destination_, output_, encoded_); !encoded) {
    return fail(std::move(encoded.error()));
  }
  return Drop::none;
}

std::vector<std::string> ChangeEncoder::take_warnings() {
  std::vector<std::string> lines = std::exchange(warnings_.lines, {});
  for (std::string& line : router_.take_warnings()) {
    if (warnings_.is_first(line)) lines.push_back(std::move(line));
  }
  return lines;
}

} // namespace rowferry
