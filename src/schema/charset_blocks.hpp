// Conversion in blocks, so that a large value grows the output by what it needs and not by the worst case.
#pragma once

#include <algorithm>
#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/output.hpp>

#include "schema/utf8_writer.hpp"

namespace rowferry {

/// Calls decode(next, end, p) until all bytes are used up: it decodes one character of one byte or more at `next`,
/// writes its UTF-8 at `p` (room for kMaxUtf8Bytes), moves both and returns true, or returns false for what is no
/// character. At `end` the bytes end.
template <class Decode>
bool append_characters(Output& out, Bytes bytes, const Decode& decode) {
  constexpr std::size_t kBlockCharacters = 1024;
  const std::uint8_t* next = bytes.data();
  const std::uint8_t* const end = next + bytes.size();
  while (next != end) {
    const std::size_t room = std::min<std::size_t>(kBlockCharacters, static_cast<std::size_t>(end - next));
    char* p = out.ensure(room * kMaxUtf8Bytes);
    for (std::size_t i = 0; i < room && next != end; ++i) {
      if (!decode(next, end, p)) return false;
    }
    out.advance(p);
  }
  return true;
}

} // namespace rowferry
