// The members of the plain format that stay the same for many rows, rendered again only when they change.
#pragma once

#include <cstdint>
#include <rowferry/base/output.hpp>
#include <rowferry/change/change.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// `{"op":"c","db":…,"table":…,"ts_us":…,"gtid":…,"file":…,"pos":…,"row":`. One thread.
class PlainHead {
 public:
  explicit PlainHead(const TableSchema& table);
  /// Begins a record's part with the head, the row's number and `,"key":`. Returns the end, behind which there is room
  /// for `room` more.
  char* write(Output& out, char op, const Change& change, std::size_t room);

 private:
  [[nodiscard]] bool is_of(const Origin& origin) const noexcept;
  void render(const Origin& origin);

  std::string head_; ///< and room behind it
  std::size_t head_size_ = 0;
  std::size_t table_size_; ///< of the part that is the same for the whole table
  std::string file_json_;
  std::string file_;
  std::uint64_t offset_ = 0; ///< this and what follows: of the origin that was rendered
  std::uint64_t transaction_ = 0;
  std::uint64_t commit_us_ = 0;
  bool rendered_ = false;
};

} // namespace rowferry
