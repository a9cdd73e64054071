// From the bytes that a server or a file gives to a flat sequence of events with 64-bit positions.
#pragma once

#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/control_events.hpp>
#include <rowferry/binlog/event.hpp>
#include <rowferry/gtid/position.hpp>
#include <string>

namespace rowferry::binlog {

/// Takes raw events one at a time and hands out events: checks sizes and CRC32, follows FORMAT_DESCRIPTION and ROTATE,
/// tracks file and offset, and opens TRANSACTION_PAYLOAD so that the events inside follow as if they stood in the log
/// (streamed through zstd: memory is bounded by the largest inner event, not by the payload). Pure: no I/O but that of
/// a RawEvent's spool. One thread.
/// An event that we do not know is handed out like any other; one that is damaged is an error, and the stream is then
/// of no use before the next start().
///
///   stream.push(bytes);
///   while (const EventView* event = *stream.next()) { … }
class EventStream {
 public:
  struct Options {
    bool verify_checksum = true;
  };
  EventStream();
  explicit EventStream(Options options);
  ~EventStream();
  EventStream(EventStream&&) noexcept;
  EventStream& operator=(EventStream&&) noexcept;

  /// Before the first push of a connection or a file: the file and the offset at which reading begins; both may be
  /// unknown (empty, 0) when a server is asked, since its artificial ROTATE tells them and overrides them. Forgets the
  /// format, the fingerprint and any payload under way.
  void start(const FileOffset& at);

  /// The next raw event, header and checksum included; borrowed until next() returned null. Every event pushed before
  /// was drained by next().
  Result<void> push(const RawEvent& event);

  /// The next event, or null when the next push is due. FORMAT_DESCRIPTION, ROTATE, PREVIOUS_GTIDS, HEARTBEAT and STOP
  /// are applied to the stream's own state and handed out as well; TRANSACTION_PAYLOAD is not handed out: its contents
  /// are. The view is valid until the next call. Errors name file, offset and type.
  Result<const EventView*> next();
  /// The pushed event where it is nothing but content and was not handed out, as nearly every one: it is then the only
  /// one until the next push. Null: ask next(). Saves the Result, which costs more than all else.
  const EventView* next_ordinary() noexcept;

  /// What an event of MariaDB that is compressed (QUERY_COMPRESSED, WRITE_ROWS_COMPRESSED_V1 and its kin) stands for;
  /// another event as it is. The body is valid until the next call. The error does not name the place.
  Result<EventView> plain(const EventView& event);

  [[nodiscard]] const FormatDescription& format() const noexcept;
  /// Name of the file that events come from now; empty before the first is known. With a real ROTATE handed out, the
  /// next file.
  [[nodiscard]] const std::string& file() const noexcept;
  /// End of the last event that was handed out completely: a TRANSACTION_PAYLOAD is with its last inner event. Moved by
  /// events that have a place in the file, by HEARTBEAT (the server skips what we already have) and by ROTATE.
  [[nodiscard]] std::uint64_t offset() const noexcept;
  /// Of the event that ends at offset(); unknown where none was seen that does: at the beginning of a file, after a
  /// start in the middle, after a HEARTBEAT over skipped events.
  [[nodiscard]] const Fingerprint& fingerprint() const noexcept;
  /// "binlog.000003:1234 (WRITE_ROWS)" of the event under way, for error messages. Allocates.
  [[nodiscard]] std::string where() const;

 private:
  struct State;
  Result<void> push_any(const RawEvent& event);
  std::unique_ptr<State> state_;
};

} // namespace rowferry::binlog
