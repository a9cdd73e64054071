// Reads what format_checkpoint writes.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace rowferry {

/// Sticky, as ByteReader is: after the first thing that is not as expected every read gives nothing and ok() is false.
class TextScanner {
 public:
  explicit TextScanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool at(std::string_view literal) const noexcept { return rest_.substr(0, literal.size()) == literal; }
  /// Of what is read next, or of what failed; counted from 1.
  [[nodiscard]] unsigned line() const noexcept { return line_; }

  void literal(std::string_view wanted) noexcept;
  void newline() noexcept;
  /// Everything up to a blank or the end of the line.
  std::string_view word() noexcept;
  /// Everything up to the end of the line.
  std::string_view line_rest() noexcept;
  /// A JSON string with the escapes that append_json_string writes.
  std::string string();
  template <class Integer>
  Integer number(int base = 10) noexcept {
    Integer value{};
    const std::string_view digits = word();
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (problem == std::errc{} && end == digits.data() + digits.size()) return value;
    fail();
    return {};
  }
  void fail() noexcept {
    ok_ = false;
    rest_ = {};
  }

 private:
  char next() noexcept;
  char unescape() noexcept;

  std::string_view rest_;
  unsigned line_ = 1;
  bool ok_ = true;
};

} // namespace rowferry
