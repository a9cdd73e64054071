// TIME, DATETIME and TIMESTAMP with a fraction as MariaDB stored them before 10.1, and stores them with
// mysql56_temporal_format=OFF: MariaDB sql/field.cc, Field_*_hires. One big-endian number of units of the declared
// fraction; each is turned into its successor of 5.6, which then prints itself.
#include <array>
#include <rowferry/binlog/values.hpp>

namespace rowferry::binlog {
namespace {

constexpr std::array<std::uint64_t, 7> kUnits{1, 10, 100, 1'000, 10'000, 100'000, 1'000'000}; // of a second, by fsp
constexpr std::array<std::uint32_t, 7> kTimeBytes{3, 4, 4, 5, 5, 5, 6};
constexpr std::array<std::uint32_t, 7> kDatetimeBytes{8, 6, 6, 7, 7, 7, 8};
constexpr std::array<std::uint32_t, 7> kTimestampBytes{4, 5, 5, 6, 6, 7, 7};

std::uint64_t load_number(const std::uint8_t* bytes, std::uint32_t count) noexcept {
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

void store_number(std::uint8_t* bytes, std::uint64_t value, unsigned count) noexcept {
  while (count-- > 0) {
    bytes[count] = static_cast<std::uint8_t>(value);
    value >>= 8;
  }
}

/// The fraction as 5.6 stores it: 2, 4 or 6 digits.
std::uint64_t even_fraction(std::uint64_t fraction, unsigned fsp) noexcept {
  return fsp % 2 == 0 ? fraction : fraction * 10;
}

constexpr unsigned fraction_bytes(unsigned fsp) noexcept { return (fsp + 1) / 2; }

char* write_time(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept {
  constexpr std::uint64_t kZero = 839 * 3600; // seconds that are added to every value
  std::uint64_t stored = load_number(bytes, kTimeBytes[fsp]);
  const std::uint64_t zero = kZero * kUnits[fsp];
  const bool negative = stored < zero;
  stored = negative ? zero - stored : stored - zero;
  const std::uint64_t seconds = stored / kUnits[fsp];
  if (seconds >= kZero) return nullptr;
  const std::uint64_t clock = seconds / 3600 << 12 | seconds / 60 % 60 << 6 | seconds % 60;
  const unsigned bits = 8 * fraction_bytes(fsp);
  const std::uint64_t magnitude = clock << bits | even_fraction(stored % kUnits[fsp], fsp);
  const std::uint64_t offset = std::uint64_t{0x800000} << bits;
  std::array<std::uint8_t, 6> now{};
  store_number(now.data(), negative ? offset - magnitude : offset + magnitude, 3 + fraction_bytes(fsp));
  return write_time2(p, now.data(), fsp);
}

char* write_datetime(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept {
  const std::uint64_t stored = load_number(bytes, kDatetimeBytes[fsp]);
  std::uint64_t rest = stored / kUnits[fsp];
  const std::uint64_t clock = rest / 3600 % 24 << 12 | rest / 60 % 60 << 6 | rest % 60;
  rest /= 86'400;
  const std::uint64_t day = rest % 32;
  const std::uint64_t months = rest / 32; // 13 a year
  if (months / 13 > 9999) return nullptr;
  std::array<std::uint8_t, 8> now{};
  store_number(now.data(), 0x80'0000'0000 + (months << 22 | day << 17 | clock), 5);
  store_number(now.data() + 5, even_fraction(stored % kUnits[fsp], fsp), fraction_bytes(fsp));
  return write_datetime2(p, now.data(), fsp);
}

char* write_timestamp(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept {
  const std::uint64_t fraction = load_number(bytes + 4, kTimestampBytes[fsp] - 4);
  if (fraction >= kUnits[fsp]) return nullptr;
  std::array<std::uint8_t, 7> now{};
  store_number(now.data(), load_be<4>(bytes), 4);
  store_number(now.data() + 4, even_fraction(fraction, fsp), fraction_bytes(fsp));
  return write_timestamp2_utc(p, now.data(), fsp);
}

} // namespace

std::uint32_t hires_size(ColumnType type, unsigned fsp) noexcept {
  if (fsp > kMaxFsp) return 0;
  switch (type) {
    case ColumnType::time:
      return kTimeBytes[fsp];
    case ColumnType::datetime:
      return kDatetimeBytes[fsp];
    case ColumnType::timestamp:
      return kTimestampBytes[fsp];
    default:
      return 0;
  }
}

char* write_hires(char* p, ColumnType type, const std::uint8_t* bytes, unsigned fsp) noexcept {
  if (fsp == 0 || fsp > kMaxFsp) return nullptr;
  switch (type) {
    case ColumnType::time:
      return write_time(p, bytes, fsp);
    case ColumnType::datetime:
      return write_datetime(p, bytes, fsp);
    case ColumnType::timestamp:
      return write_timestamp(p, bytes, fsp);
    default:
      return nullptr;
  }
}

} // namespace rowferry::binlog
