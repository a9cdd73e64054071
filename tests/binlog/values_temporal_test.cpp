#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <rowferry/binlog/values.hpp>
#include <string>
#include <vector>

namespace rowferry::binlog {
namespace {

using Stored = std::vector<std::uint8_t>;
using Writer = std::function<char*(char*, const std::uint8_t*)>;

/// The text of exactly these bytes, "invalid" where they are no value. Buffers have no byte to spare.
std::string text_of(const Writer& writer, const Stored& stored) {
  const auto bytes = std::make_unique<std::uint8_t[]>(stored.size());
  std::copy(stored.begin(), stored.end(), bytes.get());
  const auto text = std::make_unique<char[]>(kMaxTemporalChars);
  const char* const end = writer(text.get(), bytes.get());
  return end == nullptr ? "invalid" : std::string(text.get(), static_cast<std::size_t>(end - text.get()));
}

Writer time2(unsigned fsp) {
  return [fsp](char* p, const std::uint8_t* bytes) { return write_time2(p, bytes, fsp); };
}
Writer datetime2(unsigned fsp) {
  return [fsp](char* p, const std::uint8_t* bytes) { return write_datetime2(p, bytes, fsp); };
}
Writer timestamp2(unsigned fsp) {
  return [fsp](char* p, const std::uint8_t* bytes) { return write_timestamp2_utc(p, bytes, fsp); };
}

Stored little_endian(std::uint64_t value, unsigned size) {
  Stored stored;
  for (unsigned i = 0; i < size; ++i) stored.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  return stored;
}

Stored date(unsigned year, unsigned month, unsigned day) { return little_endian(year << 9 | month << 5 | day, 3); }

TEST(Date, KeepsZeroParts) {
  EXPECT_EQ(text_of(write_date, date(2024, 2, 29)), "2024-02-29");
  EXPECT_EQ(text_of(write_date, date(9999, 12, 31)), "9999-12-31");
  EXPECT_EQ(text_of(write_date, date(0, 0, 0)), "0000-00-00");
  EXPECT_EQ(text_of(write_date, date(2024, 0, 0)), "2024-00-00");
  EXPECT_EQ(text_of(write_date, date(10000, 1, 1)), "invalid");
  EXPECT_EQ(text_of(write_date, date(2024, 13, 1)), "invalid");
}

TEST(Time2, PrintsWholeSeconds) {
  EXPECT_EQ(text_of(time2(0), {0x80, 0x00, 0x00}), "00:00:00");
  EXPECT_EQ(text_of(time2(0), {0x80, 0xc8, 0xb8}), "12:34:56");
  EXPECT_EQ(text_of(time2(0), {0x7f, 0xff, 0xff}), "-00:00:01");
  EXPECT_EQ(text_of(time2(0), {0xb4, 0x6e, 0xfb}), "838:59:59");
  EXPECT_EQ(text_of(time2(0), {0x4b, 0x91, 0x05}), "-838:59:59");
}

TEST(Time2, NegativeFractionsBorrowFromTheSeconds) {
  EXPECT_EQ(text_of(time2(3), {0x7f, 0xff, 0xff, 0xff, 0xf6}), "-00:00:00.001");
  EXPECT_EQ(text_of(time2(1), {0x7f, 0xff, 0xff, 0xce}), "-00:00:00.5");
  EXPECT_EQ(text_of(time2(6), {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff}), "-00:00:00.000001");
  EXPECT_EQ(text_of(time2(6), {0x7f, 0xff, 0xfe, 0xff, 0xff, 0xff}), "-00:00:01.000001");
  EXPECT_EQ(text_of(time2(2), {0x7f, 0xff, 0xff, 0x00}), "-00:00:01.00");
}

TEST(Time2, OddPrecisionIsStoredWithOneDigitMore) {
  EXPECT_EQ(text_of(time2(1), {0x80, 0x00, 0x00, 70}), "00:00:00.7");
  EXPECT_EQ(text_of(time2(2), {0x80, 0x00, 0x00, 70}), "00:00:00.70");
  EXPECT_EQ(text_of(time2(3), {0x80, 0x00, 0x00, 0x1e, 0xd2}), "00:00:00.789");
  EXPECT_EQ(text_of(time2(4), {0x80, 0x00, 0x00, 0x1e, 0xd2}), "00:00:00.7890");
  EXPECT_EQ(text_of(time2(5), {0x80, 0x00, 0x00, 0x01, 0xe2, 0x3a}), "00:00:00.12345");
  EXPECT_EQ(text_of(time2(6), {0x80, 0x00, 0x00, 0x01, 0xe2, 0x40}), "00:00:00.123456");
}

TEST(Time2, RefusesWhatIsNoTime) {
  EXPECT_EQ(text_of(time2(0), {0x80, 0x00, 0x3c}), "invalid");       // second 60
  EXPECT_EQ(text_of(time2(0), {0x80, 0x0f, 0x00}), "invalid");       // minute 60
  EXPECT_EQ(text_of(time2(1), {0x80, 0x00, 0x00, 100}), "invalid");  // a whole second of fraction
  EXPECT_EQ(text_of(time2(0), {0x00, 0x00, 0x00}), "invalid");       // 2048 hours
  EXPECT_EQ(text_of(time2(7), {0x80, 0, 0, 0, 0, 0, 0}), "invalid"); // no such precision
}

TEST(Datetime2, PrintsEveryPrecision) {
  EXPECT_EQ(text_of(datetime2(0), {0x99, 0xb2, 0xba, 0xc8, 0xb8}), "2024-02-29 12:34:56");
  EXPECT_EQ(text_of(datetime2(1), {0x99, 0xb2, 0xba, 0xc8, 0xb8, 70}), "2024-02-29 12:34:56.7");
  EXPECT_EQ(text_of(datetime2(3), {0x99, 0xb2, 0xba, 0xc8, 0xb8, 0x1e, 0xd2}), "2024-02-29 12:34:56.789");
  EXPECT_EQ(text_of(datetime2(6), {0x99, 0xb2, 0xba, 0xc8, 0xb8, 0x0f, 0x42, 0x3f}), "2024-02-29 12:34:56.999999");
  EXPECT_EQ(text_of(datetime2(0), {0xfe, 0xf3, 0xff, 0x7e, 0xfb}), "9999-12-31 23:59:59");
}

// The texts of days are kept for a while: what is no date is not among them, whatever was asked for before.
TEST(Datetime2, ADayIsWhatItIsInAnyOrder) {
  const auto stored = [](unsigned year, unsigned month, unsigned day) {
    const std::uint64_t packed = 0x80'0000'0000 + ((std::uint64_t{year} * 13 + month) << 22 | std::uint64_t{day} << 17);
    Stored bytes = little_endian(packed, 5);
    return Stored(bytes.rbegin(), bytes.rend());
  };
  for (int round = 0; round < 2; ++round) {
    for (unsigned day = 0; day <= 31; ++day) {
      for (const unsigned year : {0U, 2024U, 9999U, 10000U, 2025U}) {
        char text[32];
        std::snprintf(text, sizeof text, "%04u-02-%02u 00:00:00", year, day);
        ASSERT_EQ(text_of(datetime2(0), stored(year, 2, day)), year > 9999 ? "invalid" : text);
      }
    }
  }
}

TEST(Datetime2, KeepsZeroDates) {
  EXPECT_EQ(text_of(datetime2(0), {0x80, 0, 0, 0, 0}), "0000-00-00 00:00:00");
  EXPECT_EQ(text_of(datetime2(6), {0x80, 0, 0, 0, 0, 0, 0, 0}), "0000-00-00 00:00:00.000000");
  EXPECT_EQ(text_of(datetime2(0), {0x99, 0xb2, 0x00, 0x00, 0x00}), "2024-00-00 00:00:00");
}

TEST(Datetime2, RefusesWhatIsNoDatetime) {
  EXPECT_EQ(text_of(datetime2(0), {0x00, 0, 0, 0, 0}), "invalid");                   // below the offset
  EXPECT_EQ(text_of(datetime2(0), {0x99, 0xb2, 0xbb, 0x80, 0x00}), "invalid");       // hour 24
  EXPECT_EQ(text_of(datetime2(0), {0xff, 0xff, 0xff, 0xff, 0xff}), "invalid");       // year 10082
  EXPECT_EQ(text_of(datetime2(3), {0x80, 0, 0, 0, 0, 0x27, 0x10}), "invalid");       // fraction 10000
  EXPECT_EQ(text_of(datetime2(6), {0x80, 0, 0, 0, 0, 0x0f, 0x42, 0x40}), "invalid"); // fraction 1000000
}

TEST(Timestamp2, IsUnsignedUtc) {
  EXPECT_EQ(text_of(timestamp2(0), {0x00, 0x00, 0x00, 0x01}), "1970-01-01T00:00:01Z");
  EXPECT_EQ(text_of(timestamp2(3), {0x65, 0xe0, 0x7a, 0x70, 0x1e, 0xd2}), "2024-02-29T12:37:04.789Z");
  EXPECT_EQ(text_of(timestamp2(0), {0x38, 0x6d, 0x43, 0x7f}), "1999-12-31T23:59:59Z");
  EXPECT_EQ(text_of(timestamp2(0), {0x38, 0xbc, 0x5d, 0x80}), "2000-03-01T00:00:00Z");
  EXPECT_EQ(text_of(timestamp2(0), {0x7f, 0xff, 0xff, 0xff}), "2038-01-19T03:14:07Z");
  EXPECT_EQ(text_of(timestamp2(6), {0xff, 0xff, 0xff, 0xff, 0, 0, 1}), "2106-02-07T06:28:15.000001Z");
}

TEST(Timestamp2, HasEveryDayOfTheCalendar) {
  using std::chrono::sys_days;
  for (sys_days day{std::chrono::days{1}}; day < sys_days{std::chrono::year{2106} / 2 / 7};
       day += std::chrono::days{1}) {
    const auto seconds = static_cast<std::uint32_t>(day.time_since_epoch().count() * 86'400);
    const Stored stored{static_cast<std::uint8_t>(seconds >> 24), static_cast<std::uint8_t>(seconds >> 16),
                        static_cast<std::uint8_t>(seconds >> 8), static_cast<std::uint8_t>(seconds)};
    const std::chrono::year_month_day date{day};
    char expected[32];
    std::snprintf(expected, sizeof expected, "%04d-%02u-%02uT00:00:00Z", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    ASSERT_EQ(text_of(timestamp2(0), stored), expected);
  }
}

TEST(Timestamp2, ZeroIsTheZeroDate) {
  EXPECT_EQ(text_of(timestamp2(0), {0, 0, 0, 0}), "0000-00-00 00:00:00");
  EXPECT_EQ(text_of(timestamp2(3), {0, 0, 0, 0, 0, 0}), "0000-00-00 00:00:00.000");
  EXPECT_EQ(text_of(timestamp2(3), {0, 0, 0, 0, 0x27, 0x06}), "1970-01-01T00:00:00.999Z");
}

TEST(OldTemporals, AreDecimalDigits) {
  EXPECT_EQ(text_of(write_old_time, little_endian(123456, 3)), "12:34:56");
  EXPECT_EQ(text_of(write_old_time, little_endian(0x1000000 - 8385959, 3)), "-838:59:59");
  EXPECT_EQ(text_of(write_old_time, little_endian(6000, 3)), "invalid");
  EXPECT_EQ(text_of(write_old_datetime, little_endian(20240229123456, 8)), "2024-02-29 12:34:56");
  EXPECT_EQ(text_of(write_old_datetime, little_endian(0, 8)), "0000-00-00 00:00:00");
  EXPECT_EQ(text_of(write_old_datetime, little_endian(20240229240000, 8)), "invalid");
  EXPECT_EQ(text_of(write_old_datetime, little_endian(0xffffffffffffffff, 8)), "invalid");
  EXPECT_EQ(text_of(write_old_timestamp_utc, little_endian(1709210096, 4)), "2024-02-29T12:34:56Z");
  EXPECT_EQ(text_of(write_old_timestamp_utc, little_endian(0, 4)), "0000-00-00 00:00:00");
}

} // namespace
} // namespace rowferry::binlog
