#include <rowferry/gtid/xid.hpp>

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/sql_words.hpp>
#include <rowferry/base/text.hpp>

namespace rowferry {
namespace {

constexpr std::size_t kMaxPart = 64; // of gtrid and of bqual, bytes

std::optional<std::string> unhex(std::string_view digits) {
  std::string bytes;
  if (digits.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned byte = 0;
    const char* const end = digits.data() + i + 2;
    const auto [at, problem] = std::from_chars(digits.data() + i, end, byte, 16);
    if (problem != std::errc{} || at != end) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

bool is_literal(std::string_view token) noexcept {
  return token.size() >= 2 && token.front() == '\'' && token.back() == '\'';
}

std::optional<std::string> read_part(SqlWords& words) {
  std::string_view token = words.next();
  std::optional<std::string> part;
  if (same_word(token, "X")) {
    token = words.next();
    if (is_literal(token)) part = unhex(token.substr(1, token.size() - 2));
  } else if (token.starts_with("0x")) {
    part = unhex(token.substr(2));
  } else if (is_literal(token)) {
    part = sql_literal(token);
  }
  if (part && part->size() > kMaxPart) part.reset();
  return part;
}

} // namespace

Result<Xid> Xid::parse(std::string_view text) {
  SqlWords words(text);
  const auto refused = [] { return fail(Error::data("an XID that cannot be read")); };
  Xid xid;
  auto part = read_part(words);
  if (!part) return refused();
  xid.gtrid = std::move(*part);
  if (!words.accept(",")) return xid;
  part = read_part(words);
  if (!part) return refused();
  xid.bqual = std::move(*part);
  if (!words.accept(",")) return xid;
  const std::string_view number = words.next();
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), xid.format_id);
  if (number.empty() || problem != std::errc{} || end != number.data() + number.size()) return refused();
  return xid;
}

std::string Xid::text() const {
  return fmt::format("X'{}',X'{}',{}", hex(as_bytes(gtrid)), hex(as_bytes(bqual)), format_id);
}

} // namespace rowferry
