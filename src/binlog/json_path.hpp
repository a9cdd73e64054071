// Paths into JSON documents as the server writes them into differences: mysql-server sql-common/json_path.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry::binlog {

/// One step: a member of an object, or a cell of an array counted from the first or (`last-1`) from the last.
struct JsonPathLeg {
  bool is_key = true;
  bool from_end = false;
  std::uint32_t index = 0;
  std::string_view key;
};

/// Parses one path after the other. Keys are views of the path, or of what this keeps of escaped ones until forget().
class JsonPathParser {
 public:
  /// False: no path, one with wildcards, or with more legs than a document can have levels.
  bool parse(std::string_view path);
  [[nodiscard]] const std::vector<JsonPathLeg>& legs() const noexcept { return legs_; }
  void forget() noexcept { unescaped_used_ = 0; }

 private:
  bool member(std::string_view& rest);
  bool cell(std::string_view& rest);
  bool quoted(std::string_view& rest, std::string_view& key);

  std::vector<JsonPathLeg> legs_;
  std::deque<std::string> unescaped_; ///< a deque: views of its strings stay valid
  std::size_t unescaped_used_ = 0;
};

} // namespace rowferry::binlog
