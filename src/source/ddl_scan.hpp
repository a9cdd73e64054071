// The statements of a stretch of the log that may give a table another shape.
#pragma once

#include <deque>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/gtid/position.hpp>
#include <rowferry/schema/ddl.hpp>
#include <string_view>

namespace rowferry {

struct FoundDdl {
  FileOffset at; ///< where its event begins
  DdlEffect effect;
};

/// Takes raw events of dumps, one behind the other in the log. One thread.
class DdlScan {
 public:
  /// The next dump begins at this place.
  void start(const FileOffset& from) { stream_.start(from); }
  /// Status 5: an event that cannot be read.
  Result<void> push(const binlog::RawEvent& event);
  /// Everything before it was seen, back to the first start(), or to the one since forget().
  [[nodiscard]] FileOffset at() const { return {stream_.file(), stream_.offset()}; }

  /// The first statement that begins at `from` or behind it and may change the table. Null: none.
  [[nodiscard]] const FoundDdl* find(const FileOffset& from, std::string_view database, std::string_view table,
                                     bool fold_case) const;
  /// What lies before is asked for no more.
  void forget_before(const FileOffset& place);
  void forget() { found_.clear(); }

 private:
  Result<void> read(const binlog::EventView& event);

  binlog::EventStream stream_{binlog::EventStream::Options{.verify_checksum = false}};
  std::deque<FoundDdl> found_;
};

} // namespace rowferry
