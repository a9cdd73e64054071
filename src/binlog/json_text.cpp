// Binary JSON: mysql-server sql-common/json_binary.h. An object or array is a header (count, size), an entry for each
// key (offset, length) and each value (type, then the value itself where it fits, else its offset), keys and values.
// Offsets count from the container's first byte. Updates in place leave holes and stale bytes, so only offsets tell
// where things are.
#include <bit>
#include <cmath>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/binlog/values.hpp>
#include <type_traits>

#include "binlog/json_number.hpp"
#include "binlog/json_opaque.hpp"

namespace rowferry::binlog {
namespace {

enum class JsonType : std::uint8_t {
  small_object = 0,
  large_object = 1,
  small_array = 2,
  large_array = 3,
  literal = 4,
  int16 = 5,
  uint16 = 6,
  int32 = 7,
  uint32 = 8,
  int64 = 9,
  uint64 = 10,
  double_ = 11,
  string = 12,
  opaque = 15,
};

enum class Literal : std::uint8_t { null = 0, true_ = 1, false_ = 2 };

constexpr unsigned kMaxDepth = 100; // the server's JSON_DOCUMENT_MAX_DEPTH

/// Prints one document. Every byte of a document belongs to one part of it, so reading more bytes than it has means
/// that offsets form a cycle or share a part; that bounds the work whatever the offsets say.
class Printer {
 public:
  Printer(Output& out, Bytes document) noexcept : out_(out), unread_(document.size()) {}

  /// `data` begins with the value and ends where its container ends.
  bool value(JsonType type, Bytes data, unsigned depth) {
    switch (type) {
      case JsonType::small_object:
        return container<std::uint16_t>(data, true, depth);
      case JsonType::large_object:
        return container<std::uint32_t>(data, true, depth);
      case JsonType::small_array:
        return container<std::uint16_t>(data, false, depth);
      case JsonType::large_array:
        return container<std::uint32_t>(data, false, depth);
      case JsonType::string:
        return string(data);
      case JsonType::opaque:
        return opaque(data);
      default:
        return data.size() >= scalar_size(type) && spend(scalar_size(type)) && scalar(type, data);
    }
  }

 private:
  /// The entries of one container, whose offsets and lengths are `Word`s: 2 bytes (small) or 4 (large).
  template <class Word>
  bool container(Bytes data, bool object, unsigned depth) {
    constexpr std::size_t kWord = sizeof(Word);
    constexpr std::size_t kKeyEntry = kWord + 2;
    constexpr std::size_t kValueEntry = 1 + kWord;
    if (depth == kMaxDepth || data.size() < 2 * kWord) return false;
    const std::size_t count = load_le<kWord>(data.data());
    const std::size_t size = load_le<kWord>(data.data() + kWord);
    const std::size_t values_at = 2 * kWord + (object ? count * kKeyEntry : 0);
    const std::size_t entries_end = values_at + count * kValueEntry;
    if (size > data.size() || entries_end > size || !spend(entries_end)) return false;
    data = data.first(size);

    out_.push(object ? '{' : '[');
    for (std::size_t i = 0; i < count; ++i) {
      if (i != 0) out_.append(", ");
      if (object && !key<kWord>(data, 2 * kWord + i * kKeyEntry)) return false;
      if (!element<kWord>(data, values_at + i * kValueEntry, depth)) return false;
    }
    out_.push(object ? '}' : ']');
    return true;
  }

  template <std::size_t kWord>
  bool key(Bytes data, std::size_t entry) {
    const std::size_t offset = load_le<kWord>(&data[entry]);
    const std::size_t length = load_le<2>(&data[entry + kWord]);
    if (offset > data.size() || length > data.size() - offset || !text(data.subspan(offset, length))) return false;
    out_.append(": ");
    return true;
  }

  template <std::size_t kWord>
  bool element(Bytes data, std::size_t entry, unsigned depth) {
    const auto type = JsonType{data[entry]};
    const Bytes slot = data.subspan(entry + 1, kWord);
    if (is_inlined(type, kWord == 4)) return scalar(type, slot);
    const std::size_t offset = load_le<kWord>(slot.data());
    return offset < data.size() && value(type, data.subspan(offset), depth + 1);
  }

  static bool is_inlined(JsonType type, bool large) noexcept {
    switch (type) {
      case JsonType::literal:
      case JsonType::int16:
      case JsonType::uint16:
        return true;
      case JsonType::int32:
      case JsonType::uint32:
        return large;
      default:
        return false;
    }
  }

  static std::size_t scalar_size(JsonType type) noexcept {
    switch (type) {
      case JsonType::literal:
        return 1;
      case JsonType::int16:
      case JsonType::uint16:
        return 2;
      case JsonType::int32:
      case JsonType::uint32:
        return 4;
      case JsonType::int64:
      case JsonType::uint64:
      case JsonType::double_:
        return 8;
      default:
        return 0;
    }
  }

  /// `data` has scalar_size(type) bytes, or more.
  bool scalar(JsonType type, Bytes data) {
    switch (type) {
      case JsonType::literal:
        return literal(Literal{data[0]});
      case JsonType::int16:
        return integer(static_cast<std::int16_t>(load_le<2>(data.data())));
      case JsonType::uint16:
        return integer(static_cast<std::uint16_t>(load_le<2>(data.data())));
      case JsonType::int32:
        return integer(static_cast<std::int32_t>(load_le<4>(data.data())));
      case JsonType::uint32:
        return integer(static_cast<std::uint32_t>(load_le<4>(data.data())));
      case JsonType::int64:
        return integer(static_cast<std::int64_t>(load_le<8>(data.data())));
      case JsonType::uint64:
        return integer(load_le<8>(data.data()));
      case JsonType::double_:
        return real(std::bit_cast<double>(load_le<8>(data.data())));
      default:
        return false;
    }
  }

  bool literal(Literal value) {
    switch (value) {
      case Literal::null:
        out_.append("null");
        return true;
      case Literal::true_:
        out_.append("true");
        return true;
      case Literal::false_:
        out_.append("false");
        return true;
    }
    return false;
  }

  template <class Integer>
  bool integer(Integer value) {
    char* const p = out_.ensure(kMaxIntegerChars);
    if constexpr (std::is_signed_v<Integer>) {
      out_.advance(write_int(p, value));
    } else {
      out_.advance(write_uint(p, value));
    }
    return true;
  }

  bool real(double value) {
    if (!std::isfinite(value)) return false;
    out_.advance(write_json_double(out_.ensure(kMaxJsonDoubleChars), value));
    return true;
  }

  bool string(Bytes data) {
    Bytes content;
    return sized(data, content) && text(content);
  }

  bool opaque(Bytes data) {
    Bytes content;
    if (data.empty() || !spend(1) || !sized(data.subspan(1), content) || !spend(content.size())) return false;
    return append_json_opaque(out_, data[0], content);
  }

  /// Bytes behind their length: 7 bits a byte, low bits first, at most 5 bytes.
  bool sized(Bytes data, Bytes& content) {
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 5 && i < data.size(); ++i) {
      length |= static_cast<std::uint64_t>(data[i] & 0x7f) << 7 * i;
      if ((data[i] & 0x80) != 0) continue;
      data = data.subspan(i + 1);
      if (length > data.size() || !spend(i + 1)) return false;
      content = data.first(length);
      return true;
    }
    return false;
  }

  bool text(Bytes content) {
    if (!spend(content.size()) || !is_utf8(as_text(content))) return false;
    append_json_string(out_, as_text(content));
    return true;
  }

  bool spend(std::size_t bytes) noexcept {
    if (bytes > unread_) return false;
    unread_ -= bytes;
    return true;
  }

  Output& out_;
  std::size_t unread_;
};

} // namespace

bool append_json_text(Output& out, Bytes document) {
  if (is_json_null(document)) {
    out.append("null");
    return true;
  }
  return Printer(out, document.subspan(1)).value(JsonType{document[0]}, document.subspan(1), 0);
}

bool is_json_null(Bytes document) noexcept {
  if (document.empty()) return true;
  return document.size() > 1 && JsonType{document[0]} == JsonType::literal && Literal{document[1]} == Literal::null;
}

} // namespace rowferry::binlog
