// Two-byte codes to code points, and the compact form in which the tables are kept in the sources.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace rowferry {

/// Characters of consecutive codes; '?' where there is none.
struct Row {
  std::uint16_t first;
  std::u16string_view text;
};

/// Codes first to last become code_point, code_point + 1, …; or lose their characters when code_point is 0.
struct Patch {
  std::uint16_t first;
  std::uint16_t last;
  char16_t code_point;
};

/// From this code on (counted as in gb18030_linear), code points rise with the codes, until the next range; 0: no
/// characters.
struct FourByteRange {
  std::uint32_t linear;
  char16_t code_point;
};

/// Codes 0x8000 to 0xffff to code points of the basic plane; 0 where there is no character.
class CodeTable {
 public:
  [[nodiscard]] char16_t at(unsigned lead, unsigned trail) const noexcept { return points_[index(lead << 8 | trail)]; }
  [[nodiscard]] char16_t at(unsigned code) const noexcept { return points_[index(code)]; }
  void set(unsigned code, char16_t code_point) noexcept { points_[index(code)] = code_point; }
  void add(std::span<const Row> rows) noexcept;
  void apply(std::span<const Patch> patches) noexcept;

 private:
  static constexpr std::size_t kSize = 0x8000;
  static constexpr unsigned index(unsigned code) noexcept { return code & (kSize - 1); }

  std::array<char16_t, kSize> points_{};
};

/// Made from a server by scripts/make-charset-tables.
namespace charset_tables {
extern const std::span<const Row> kBig5Rows, kEuckrRows, kGbkRows, kCp932Rows, kJisx0212Rows;
extern const std::span<const Patch> kGb2312Patches;  ///< of GBK's codes with lead 0xa1 to 0xf7, trail 0xa1 on
extern const std::span<const Patch> kGb18030Patches; ///< of GBK
extern const std::span<const Patch> kCp932Patches;   ///< its private use area
extern const std::span<const Patch> kSjisPatches;    ///< of cp932
extern const std::span<const Patch> kEucjpmsPatches; ///< of cp932's rows 1 to 94
extern const std::span<const Patch> kUjisPatches;    ///< of eucjpms
extern const std::span<const Patch> kJisx0212Patches, kUjisJisx0212Patches;
extern const std::span<const FourByteRange> kGb18030Ranges;
} // namespace charset_tables

} // namespace rowferry
