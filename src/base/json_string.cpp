// Bytes to JSON strings: looked at, escaped and copied in one pass.
#include <algorithm>
#include <rowferry/base/text.hpp>

#include "base/json_escape.hpp"

namespace rowferry {
namespace {

constexpr std::size_t kPiece = 512; // of a long text, so that the room for its escapes stays small

char* write_ascii_16(char* to, const char* p, std::size_t size) noexcept {
  return write_escaped<Blocks16<HighBytes::special>>(to, p, size);
}
char* write_any_16(char* to, const char* p, std::size_t size) noexcept {
  return write_escaped<Blocks16<HighBytes::plain>>(to, p, size);
}

constinit detail::JsonWriter write_any = write_any_16;

} // namespace

constinit detail::JsonWriter detail::write_ascii = write_ascii_16;

#ifdef ROWFERRY_AVX2
namespace {

[[gnu::target("avx2")]] char* write_ascii_32(char* to, const char* p, std::size_t size) noexcept {
  return write_escaped<Blocks32<HighBytes::special>>(to, p, size);
}
[[gnu::target("avx2")]] char* write_any_32(char* to, const char* p, std::size_t size) noexcept {
  return write_escaped<Blocks32<HighBytes::plain>>(to, p, size);
}

// Before main(); what is written earlier is written without.
[[maybe_unused]] const bool kHasAvx2 = [] {
  if (!__builtin_cpu_supports("avx2")) return false;
  detail::write_ascii = write_ascii_32;
  write_any = write_any_32;
  return true;
}();

} // namespace
#endif

char* detail::write_utf8(char* p, std::string_view text) noexcept {
  return is_utf8(text) ? write_any(p, text.data(), text.size()) : nullptr;
}

namespace {

/// Piece by piece. False, and nothing appended: `write` refused it and it is no UTF-8.
bool append(Output& out, detail::JsonWriter write, std::string_view text) {
  const std::size_t start = out.size();
  // All the room at once where nothing is escaped.
  *out.ensure(text.size() + json_string_room(std::min(text.size(), kPiece))) = '"';
  out.advance(out.record_data() + start + 1);
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kPiece);
    char* const end = write(out.ensure(json_string_room(piece.size())), piece.data(), piece.size());
    if (end != nullptr) {
      out.advance(end);
      text.remove_prefix(piece.size());
    } else if (is_utf8(text)) { // what was written is ASCII: no character began there
      write = write_any;
    } else {
      out.truncate(start);
      return false;
    }
  }
  out.push('"');
  return true;
}

} // namespace

void append_json_string(Output& out, std::string_view text) { append(out, write_any, text); }

bool append_checked_json_string(Output& out, std::string_view text) { return append(out, detail::write_ascii, text); }

std::string json_string(std::string_view text) {
  OutputUsage usage;
  Output out(usage, 7 * text.size() + 64);
  append_json_string(out, text);
  return std::string(out.record());
}

} // namespace rowferry
