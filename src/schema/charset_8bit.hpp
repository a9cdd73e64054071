// Character sets of one byte a character.
#pragma once

#include <array>
#include <rowferry/schema/charset.hpp>

namespace rowferry {

/// Code points of 128 bytes in a row; 0 where the set has no character (byte 0 is U+0000 in all of them).
using HalfTable = std::array<char16_t, 128>;

/// ASCII below 0x80, a table above. swe7 alone is the other way round: a table below, nothing above.
class TableCharset final : public Charset {
 public:
  enum class Half : bool { low, high };
  /// Bytes from 0x80 to below `first_high` are no characters, whatever the table says.
  constexpr TableCharset(std::string_view name, const HalfTable& table, Half half = Half::high,
                         std::uint8_t first_high = 0x80) noexcept
      : Charset(name, Kind::table8), table_(table), half_(half), first_high_(first_high) {}
  bool append_utf8(Output& out, Bytes bytes) const override;

 private:
  const HalfTable& table_;
  Half half_;
  std::uint8_t first_high_;
};

/// Made from a server by scripts/make-charset-tables.
namespace charset_tables {
extern const HalfTable kArmscii8, kCp1250, kCp1251, kCp1256, kCp1257, kCp850, kCp852, kCp866, kDec8, kGeostd8, kGreek,
    kHebrew, kHp8, kKeybcs2, kKoi8r, kKoi8u, kLatin1, kLatin2, kLatin5, kLatin7, kMacce, kMacroman, kSwe7, kTis620;
} // namespace charset_tables

} // namespace rowferry
