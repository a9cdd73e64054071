// The group of events under way: what begins with a GTID (or a BEGIN) and ends with a commit, and where it came from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <rowferry/binlog/control_events.hpp>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/change/change.hpp>
#include <string>

namespace rowferry {

/// One thread. Begins by open(), ends by close(); in between `origin` is made at the first captured change.
class Group {
 public:
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// BEGIN or XA START was read: statements belong to it until its end.
  [[nodiscard]] bool in_transaction() const noexcept { return transaction_; }
  [[nodiscard]] bool in_xa() const noexcept { return xa_; }
  /// Counts the groups opened.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] const std::optional<Gtid>& gtid() const noexcept { return gtid_; }
  /// When it committed where it was first executed, µs since the epoch.
  [[nodiscard]] std::uint64_t commit_us() const noexcept { return commit_us_; }
  [[nodiscard]] std::uint64_t captured() const noexcept { return captured_; }
  void count_captured(std::uint64_t rows = 1) noexcept { captured_ += rows; }
  /// Where its first event begins.
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

  void open(const binlog::EventView& first, const binlog::EventStream& stream);
  void describe(const binlog::GtidEvent& event);
  /// MariaDB's: when it committed is known by the event's header alone.
  void describe(const MariadbGtid& gtid) { gtid_ = gtid; }
  void begin_transaction(bool xa) noexcept {
    transaction_ = true;
    xa_ = xa;
  }
  void close() noexcept { open_ = transaction_ = xa_ = false; }

  /// Where a change of this event came from; valid until the next call.
  const Origin& origin_of(const binlog::EventView& event, const binlog::EventStream& stream);

 private:
  void make_gtid_text() noexcept;

  bool open_ = false;
  bool transaction_ = false;
  bool xa_ = false;
  std::uint64_t number_ = 0;
  std::uint64_t captured_ = 0;
  std::optional<Gtid> gtid_;
  std::uint64_t commit_us_ = 0;
  std::string file_;
  std::uint64_t offset_ = 0;
  std::array<char, Gtid::kMaxChars> gtid_text_{}; // of origin_.gtid
  std::size_t source_size_ = 0;                   // of its part that is the same for the next of the source
  bool origin_made_ = false;
  Origin origin_;
};

} // namespace rowferry
