// The encodings of Unicode, ASCII, and `binary`.
#pragma once

#include <rowferry/schema/charset.hpp>

namespace rowferry {

class Utf8Charset final : public Charset {
 public:
  enum class Planes : bool { basic, all }; ///< utf8mb3 has no character of four bytes
  constexpr Utf8Charset(std::string_view name, Planes planes) noexcept : Charset(name, Kind::utf8), planes_(planes) {}
  bool append_utf8(Output& out, Bytes bytes) const override;

 private:
  Planes planes_;
};

class AsciiCharset final : public Charset {
 public:
  constexpr AsciiCharset() noexcept : Charset("ascii", Kind::other) {}
  bool append_utf8(Output& out, Bytes bytes) const override;
};

class BinaryCharset final : public Charset {
 public:
  constexpr BinaryCharset() noexcept : Charset("binary", Kind::binary) {}
  bool append_utf8(Output& out, Bytes bytes) const override;
};

/// Big-endian, without surrogates.
class Ucs2Charset final : public Charset {
 public:
  constexpr Ucs2Charset() noexcept : Charset("ucs2", Kind::other) {}
  bool append_utf8(Output& out, Bytes bytes) const override;
};

class Utf16Charset final : public Charset {
 public:
  enum class Order : bool { big_endian, little_endian };
  constexpr Utf16Charset(std::string_view name, Order order) noexcept : Charset(name, Kind::other), order_(order) {}
  bool append_utf8(Output& out, Bytes bytes) const override;

 private:
  Order order_;
};

/// Big-endian.
class Utf32Charset final : public Charset {
 public:
  constexpr Utf32Charset() noexcept : Charset("utf32", Kind::other) {}
  bool append_utf8(Output& out, Bytes bytes) const override;
};

} // namespace rowferry
