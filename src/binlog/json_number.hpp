// Numbers in JSON text as the server prints them.
#pragma once

#include <cstddef>

namespace rowferry::binlog {

/// Room for the longest: "-", 17 digits, 15 zeros and the point, or an exponent.
inline constexpr std::size_t kMaxJsonDoubleChars = 48;

/// The shortest digits that read back as the same number, always with a point or an exponent ("1.0", "1e15", "-0.0").
/// `value` is finite.
char* write_json_double(char* p, double value) noexcept;

} // namespace rowferry::binlog
