// A moment as people read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rowferry {

/// `2024-02-29T12:34:56.789012Z`; µs since the epoch, brought into the years 1970 to 9999.
std::string format_utc(std::int64_t us);
/// Exactly that form.
std::optional<std::int64_t> parse_utc(std::string_view text);

} // namespace rowferry
