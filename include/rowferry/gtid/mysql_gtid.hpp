// One global transaction identifier of MySQL.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <rowferry/base/error.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// 16 bytes in text order.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;

  /// Accepts what MySQL accepts: 32 hex digits, with or without the four dashes or braces. Lower or upper case.
  static std::optional<Uuid> parse(std::string_view text);
  /// 36 characters in lower case.
  [[nodiscard]] std::string text() const;
};

/// `[a-z_][a-z0-9_]{0,31}`, or empty: no tag. Fixed size, so that a MysqlGtid needs no allocation.
class Tag {
 public:
  static constexpr std::size_t kMaxLength = 32;
  Tag() = default;
  /// Lower-cases; nullopt when the text is no tag.
  static std::optional<Tag> parse(std::string_view text);
  [[nodiscard]] std::string_view text() const noexcept { return {chars_.data(), length_}; }
  [[nodiscard]] bool empty() const noexcept { return length_ == 0; }
  auto operator<=>(const Tag& other) const noexcept { return text() <=> other.text(); }
  bool operator==(const Tag& other) const noexcept { return text() == other.text(); }

 private:
  std::array<char, kMaxLength> chars_{};
  std::uint8_t length_ = 0;
};

inline constexpr std::uint64_t kMaxGno = 0x7fffffffffffffff; ///< a gno lies in [1, kMaxGno)

/// `uuid:n` or `uuid:tag:n`.
struct MysqlGtid {
  Uuid uuid;
  Tag tag;
  std::uint64_t gno = 0;
  auto operator<=>(const MysqlGtid&) const = default;

  static Result<MysqlGtid> parse(std::string_view text);
  /// `uuid:n`, `uuid:tag:n`; uuid in lower case.
  [[nodiscard]] std::string text() const;
};

} // namespace rowferry
