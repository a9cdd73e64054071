// Character sets of MySQL and MariaDB, by name and by collation id, to UTF-8.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/output.hpp>
#include <string_view>

namespace rowferry {

/// Whose binary log it is. The two number their collations differently beyond 575, and count different column types as
/// character columns.
enum class ServerFlavor : std::uint8_t { mysql, mariadb };

/// One character set. Instances are constants of static lifetime: compare them by address.
class Charset {
 public:
  enum class Kind : std::uint8_t { utf8, binary, table8, other };

  constexpr Charset(std::string_view name, Kind kind) noexcept : name_(name), kind_(kind) {}
  Charset(const Charset&) = delete;
  Charset& operator=(const Charset&) = delete;

  /// As the server names it ("utf8mb3", "latin1").
  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  /// `binary`: bytes, not text.
  [[nodiscard]] bool is_binary() const noexcept { return kind_ == Kind::binary; }
  /// Bytes that are the same in UTF-8 when they are valid: may be checked with rowferry::is_utf8() and copied instead
  /// of calling append_utf8().
  [[nodiscard]] bool is_utf8() const noexcept { return kind_ == Kind::utf8; }

  /// Appends the UTF-8 text, the same as the server's CONVERT(col USING utf8mb4). False when `bytes` are no text of
  /// this character set, or hold a character that Unicode lacks (where the server prints '?'); what was appended is
  /// then to be discarded. `binary` takes the bytes for UTF-8.
  virtual bool append_utf8(Output& out, Bytes bytes) const = 0;

 protected:
  ~Charset() = default; // never owned, and so constant-initialized without an exit-time destructor

 private:
  std::string_view name_;
  Kind kind_;
};

/// As append_utf8, with U+FFFD in the place of what is no character; for `binary` of what is no UTF-8.
void append_utf8_lossy(Output& out, const Charset& charset, Bytes bytes);

/// Null for a collation id that no supported server of this flavor has.
const Charset* charset_of_collation(std::uint32_t collation, ServerFlavor flavor = ServerFlavor::mysql) noexcept;
/// By the server's name in lower case; also "utf8" for utf8mb3. Null when unknown.
const Charset* find_charset(std::string_view name) noexcept;

} // namespace rowferry
