// The name of an XA transaction.
#pragma once

#include <compare>
#include <cstdint>
#include <rowferry/base/error.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// What XA START names: global id, branch and format, of any bytes.
struct Xid {
  std::string gtrid;
  std::string bqual;
  std::uint32_t format_id = 1;
  auto operator<=>(const Xid&) const = default;

  /// What stands behind XA COMMIT and its kin, up to the xid's end: `gtrid[,bqual[,format]]`, each id as 'text',
  /// X'6f6e65' or 0x6f6e65.
  static Result<Xid> parse(std::string_view text);
  /// `X'6f6e65',X'6272616e6368',7`: as the server logs it, and takes it behind XA COMMIT.
  [[nodiscard]] std::string text() const;
};

} // namespace rowferry
