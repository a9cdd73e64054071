// Kafka's wire format, as much of it as a null broker speaks: big-endian numbers, strings with a 16-bit length.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace rowferry::test {

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  template <class Int>
  Int number() {
    std::uint64_t value = 0;
    for (const char c : take(sizeof(Int))) value = value << 8 | static_cast<std::uint8_t>(c);
    return static_cast<Int>(value);
  }
  std::string_view string() { return nullable(number<std::int16_t>()); }
  std::string_view bytes() { return nullable(number<std::int32_t>()); }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::string_view nullable(std::int32_t length) {
    return length < 0 ? std::string_view{} : take(static_cast<std::size_t>(length));
  }
  std::string_view take(std::size_t n) {
    if (n > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

class WireWriter {
 public:
  template <class Int>
  WireWriter& number(Int value) {
    for (int shift = 8 * (static_cast<int>(sizeof(Int)) - 1); shift >= 0; shift -= 8) {
      bytes_ += static_cast<char>(static_cast<std::uint64_t>(value) >> shift);
    }
    return *this;
  }
  WireWriter& string(std::string_view text) {
    number(static_cast<std::int16_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  WireWriter& null_string() { return number<std::int16_t>(-1); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

} // namespace rowferry::test
