// The East Asian character sets: ASCII below 0x80, and codes of two to four bytes.
#pragma once

#include <rowferry/schema/charset.hpp>

#include "schema/code_tables.hpp"

namespace rowferry {

/// Where a table of two-byte codes comes from; called at the first use.
using TableSource = const CodeTable& (*)();

/// big5, gb2312, gbk, euckr; with half-width katakana as single bytes 0xa1 to 0xdf: sjis, cp932.
class DoubleByteCharset final : public Charset {
 public:
  enum class Singles : bool { ascii, katakana };
  constexpr DoubleByteCharset(std::string_view name, TableSource table, Singles singles = Singles::ascii) noexcept
      : Charset(name, Kind::other), table_(table), singles_(singles) {}
  bool append_utf8(Output& out, Bytes bytes) const override;

 private:
  TableSource table_;
  Singles singles_;
};

/// ujis, eucjpms: 0x8f announces a code of two more bytes from a table of its own.
class EucJapaneseCharset final : public Charset {
 public:
  constexpr EucJapaneseCharset(std::string_view name, TableSource table, TableSource supplement) noexcept
      : Charset(name, Kind::other), table_(table), supplement_(supplement) {}
  bool append_utf8(Output& out, Bytes bytes) const override;

 private:
  TableSource table_;
  TableSource supplement_;
};

/// A digit as second byte makes it a four-byte code: the rest of Unicode, in order.
class Gb18030Charset final : public Charset {
 public:
  constexpr Gb18030Charset() noexcept : Charset("gb18030", Kind::other) {}
  bool append_utf8(Output& out, Bytes bytes) const override;
};

} // namespace rowferry
