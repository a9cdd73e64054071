// Binary JSON (json_format.hpp) as the server prints it.
#include <bit>
#include <cmath>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/binlog/values.hpp>
#include <type_traits>

#include "binlog/json_format.hpp"
#include "binlog/json_number.hpp"
#include "binlog/json_opaque.hpp"

namespace rowferry::binlog {
namespace {

enum class Literal : std::uint8_t { null = 0, true_ = 1, false_ = 2 };

/// Prints one document. Every byte of a document belongs to one part of it, so reading more bytes than it has means
/// that offsets form a cycle or share a part; that bounds the work whatever the offsets say.
class Printer {
 public:
  Printer(Output& out, Bytes document) noexcept : out_(out), unread_(document.size()) {}

  /// `data` begins with the value and ends where its container ends.
  bool value(JsonType type, Bytes data, unsigned depth) {
    switch (type) {
      case JsonType::small_object:
      case JsonType::small_array:
        return container<2>(type, data, depth);
      case JsonType::large_object:
      case JsonType::large_array:
        return container<4>(type, data, depth);
      case JsonType::string:
        return string(data);
      case JsonType::opaque:
        return opaque(data);
      default:
        return data.size() >= json_scalar_size(type) && spend(json_scalar_size(type)) && scalar(type, data);
    }
  }

 private:
  template <std::size_t kWord>
  bool container(JsonType type, Bytes data, unsigned depth) {
    JsonContainer entries;
    if (depth == kMaxJsonDepth || !read_json_container(type, data, entries) || !spend(entries.entries_end()))
      return false;
    out_.push(entries.object ? '{' : '[');
    for (std::size_t i = 0; i < entries.count; ++i) {
      if (i != 0) out_.append(", ");
      if (entries.object && !key<kWord>(entries.bytes, entries.key_entry(i))) return false;
      if (!element<kWord>(entries.bytes, entries.value_entry(i), depth)) return false;
    }
    out_.push(entries.object ? '}' : ']');
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
    if (is_json_inlined(type, kWord == 4)) return scalar(type, slot);
    const std::size_t offset = load_le<kWord>(slot.data());
    return offset < data.size() && value(type, data.subspan(offset), depth + 1);
  }

  /// `data` has json_scalar_size(type) bytes, or more.
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

  /// Bytes behind their length.
  bool sized(Bytes data, Bytes& content) {
    const JsonLength length = read_json_length(data);
    if (length.prefix == 0 || length.bytes > data.size() - length.prefix || !spend(length.prefix)) return false;
    content = data.subspan(length.prefix, static_cast<std::size_t>(length.bytes));
    return true;
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
