// A binary JSON document under change, opened as far as the changes reach: all else stays the bytes it was.
#pragma once

#include <cstdint>
#include <deque>
#include <rowferry/base/bytes.hpp>
#include <rowferry/binlog/json_diff.hpp>
#include <string_view>
#include <vector>

#include "binlog/json_format.hpp"
#include "binlog/json_path.hpp"

namespace rowferry::binlog {

/// One thread. Every byte of a document belongs to one part of it; reading or copying more bytes than there are means
/// that offsets form a cycle or share a part, and is refused: that bounds the work whatever the offsets say.
class JsonTree {
 public:
  /// `document` and the differences (of `diff_bytes` in all) outlive the tree's use. No bytes: JSON's null.
  void open(Bytes document, std::size_t diff_bytes);
  /// False: it does not fit the document, as far as the server would say so.
  bool change(const JsonDiff& diff);
  /// Appends the document; the containers that were opened come out in the large format. False: a part is malformed.
  bool write(std::vector<std::uint8_t>& out);
  /// More memory is held than is worth keeping.
  [[nodiscard]] bool is_big() const noexcept { return held_ > kKeptMembers; }

 private:
  static constexpr std::uint32_t kClosed = UINT32_MAX;
  static constexpr std::size_t kKeptMembers = 16384;

  struct Value {
    JsonType type = JsonType::literal;
    std::uint32_t opened = kClosed; ///< index into containers_
    Bytes bytes;                    ///< begins with the value (behind its type); may be longer
  };
  struct Member {
    std::string_view key; ///< of an object
    Value value;
  };
  struct Container {
    bool object = false;
    std::vector<Member> members; ///< in the order of the document: keys by length, then bytes
  };

  static Value value_of(Bytes document) noexcept;
  Container* open(Value& value);
  Value* child(Value& value, const JsonPathLeg& leg);
  bool change_member(Container& container, const JsonPathLeg& leg, const JsonDiff& diff);
  bool change_cell(Container& container, const JsonPathLeg& leg, const JsonDiff& diff);
  bool write_container(std::vector<std::uint8_t>& out, const Container& container);
  bool write_value(std::vector<std::uint8_t>& out, const Value& value);
  bool write_entry(std::vector<std::uint8_t>& out, std::size_t start, std::size_t entry, const Value& value);
  bool spend(std::size_t bytes) noexcept;

  Value root_;
  std::deque<Container> containers_; ///< a deque: opening one leaves the others where they are
  std::size_t used_ = 0;
  std::size_t held_ = 0; ///< members that the containers have room for
  std::size_t budget_ = 0;
  std::size_t unread_ = 0;
  JsonPathParser path_;
};

} // namespace rowferry::binlog
