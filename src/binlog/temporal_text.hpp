// Packed dates and times to text, for columns and for the temporal values inside JSON. As in values.hpp: write at p,
// return the end, null for what is no date or time.
#pragma once

#include <cstdint>

namespace rowferry::binlog {

/// "2024-02-29". Zero dates and zero parts pass; a year over 9999 or a month over 12 does not.
char* write_date_text(char* p, std::uint64_t year, std::uint64_t month, std::uint64_t day) noexcept;

/// "12:34:56" of hour << 12 | minute << 6 | second. Hours have two digits, or three from 100 on.
char* write_clock_text(char* p, std::uint64_t packed) noexcept;

/// "2024-02-29 12:34:56" of (year * 13 + month) << 22 | day << 17 | hour << 12 | minute << 6 | second.
char* write_datetime_text(char* p, std::uint64_t packed) noexcept;

/// ".789000" cut to fsp digits, nothing for fsp 0.
char* write_fraction_text(char* p, std::uint32_t microseconds, unsigned fsp) noexcept;

} // namespace rowferry::binlog
