// Character sets of MySQL and MariaDB, by collation id, to UTF-8.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/output.hpp>
#include <string_view>

namespace rowferry {

/// One character set. Static lifetime.
class Charset {
 public:
  enum class Kind : std::uint8_t { utf8, ascii, binary, table8, other };

  constexpr Charset(std::string_view name, Kind kind) noexcept : name_(name), kind_(kind) {}
  virtual ~Charset() = default;

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  /// `binary`: bytes, not text.
  [[nodiscard]] bool is_binary() const noexcept { return kind_ == Kind::binary; }
  /// Bytes that are the same in UTF-8 when they are valid: checked with is_utf8() and copied.
  [[nodiscard]] bool is_utf8() const noexcept { return kind_ == Kind::utf8 || kind_ == Kind::ascii; }

  /// Appends the UTF-8 text, the same as the server's CONVERT(col USING utf8mb4). False when `bytes` are invalid in this
  /// character set; what was appended is then to be discarded.
  virtual bool append_utf8(Output& out, Bytes bytes) const = 0;

 private:
  std::string_view name_;
  Kind kind_;
};

/// Null for a collation id that no supported server has.
const Charset* charset_of_collation(std::uint32_t collation) noexcept;
/// By name ("latin1"); null when unknown.
const Charset* find_charset(std::string_view name) noexcept;

}  // namespace rowferry
