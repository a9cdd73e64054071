#include <gtest/gtest.h>

#include <rowferry/binlog/values.hpp>
#include <string>

#include "binlog/builders.hpp"
#include "binlog/json_bytes.hpp"

namespace rowferry::binlog {
namespace {

std::string text_of(ColumnType type, unsigned fsp, const Document& bytes) {
  const auto exact = test::exact_prefix(bytes, bytes.size());
  char buffer[kMaxTemporalChars];
  const char* const end = write_hires(buffer, type, exact.data(), fsp);
  return end == nullptr ? "invalid" : std::string(static_cast<const char*>(buffer), end);
}

// Rows of MariaDB 10.11 with mysql56_temporal_format=OFF; the texts are its own SELECT (TIMESTAMP in our form).
TEST(Hires, ReadsWhatMariadbWrites) {
  using enum ColumnType;
  const struct {
    ColumnType type;
    unsigned fsp;
    const char* hex;
    const char* text;
  } cases[] = {
      {time, 1, "01c5f6f9", "-12:34:56.7"},
      {time, 2, "00000001", "-838:59:59.99"},
      {time, 3, "00b407a5fb", "00:00:00.123"},
      {time, 4, "0e1098edff", "838:59:59.9999"},
      {time, 5, "4652fca5ff", "-00:00:00.00001"},
      {time, 6, "02be5ff6033c", "-01:02:03.000004"},
      {datetime, 1, "00a965a7fc67", "2024-02-29 12:34:56.7"},
      {datetime, 2, "20b07dfbffff", "9999-12-31 23:59:59.99"},
      {datetime, 3, "00000000000000", "0000-00-00 00:00:00.000"},
      {datetime, 4, "0295a9255f8556", "2024-01-02 03:04:05.0006"},
      {datetime, 5, "0cc53398e9f001", "1000-01-01 00:00:00.00001"},
      {datetime, 6, "01027abd7379de40", "2024-02-29 12:34:56.123456"},
      {timestamp, 1, "65e079f007", "2024-02-29T12:34:56.7Z"},
      {timestamp, 2, "7fffffff63", "2038-01-19T03:14:07.99Z"},
      {timestamp, 3, "000000000000", "0000-00-00 00:00:00.000"},
      {timestamp, 4, "65937d250006", "2024-01-02T03:04:05.0006Z"},
      {timestamp, 5, "00000001000001", "1970-01-01T00:00:01.00001Z"},
      {timestamp, 6, "65e079f001e240", "2024-02-29T12:34:56.123456Z"},
  };
  for (const auto& c : cases) {
    const Document bytes = from_hex(c.hex);
    EXPECT_EQ(hires_size(c.type, c.fsp), bytes.size()) << c.text;
    EXPECT_EQ(text_of(c.type, c.fsp, bytes), c.text);
  }
}

TEST(Hires, WithoutAFractionTheSizesAreThoseOfTheOldTypes) {
  EXPECT_EQ(hires_size(ColumnType::time, 0), 3u);
  EXPECT_EQ(hires_size(ColumnType::datetime, 0), 8u);
  EXPECT_EQ(hires_size(ColumnType::timestamp, 0), 4u);
  EXPECT_EQ(hires_size(ColumnType::time, 7), 0u);
  EXPECT_EQ(hires_size(ColumnType::date, 1), 0u);
}

TEST(Hires, RefusesWhatIsNoTime) {
  EXPECT_EQ(text_of(ColumnType::time, 1, from_hex("ffffffff")), "invalid");
  EXPECT_EQ(text_of(ColumnType::time, 2, from_hex("00000000")), "invalid") << "-839:00:00.00";
  EXPECT_EQ(text_of(ColumnType::datetime, 6, from_hex("ffffffffffffffff")), "invalid");
  EXPECT_EQ(text_of(ColumnType::timestamp, 1, from_hex("65e079f00a")), "invalid") << "ten tenths";
  EXPECT_EQ(text_of(ColumnType::time, 0, from_hex("000000")), "invalid");
  EXPECT_EQ(text_of(ColumnType::time, 7, from_hex("00000000000000")), "invalid");
  EXPECT_EQ(text_of(ColumnType::date, 1, from_hex("000000")), "invalid");
}

} // namespace
} // namespace rowferry::binlog
