// A moment as people type it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rowferry {

/// `2024-02-29T12:34:56Z`: `T` or a space in the middle, up to six digits of a fraction, `Z` or nothing (UTC) or an
/// offset
/// (`+02:00`) at the end. µs since the epoch.
std::optional<std::int64_t> parse_time(std::string_view text);
/// `2024-02-29T12:34:56.789012Z`.
std::string time_text(std::int64_t us);

} // namespace rowferry
