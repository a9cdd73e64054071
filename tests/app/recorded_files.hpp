// Binlog files that are a list of events, for what reads them.
#pragma once

#include <rowferry/source/event_source.hpp>

#include "binlog/builders.hpp"

namespace rowferry::test {

/// Each list is a file; in front of it stands the artificial ROTATE, as in front of a real one.
class RecordedFiles final : public BinlogFiles {
 public:
  explicit RecordedFiles(std::vector<std::vector<std::vector<std::uint8_t>>> files) {
    for (std::size_t file = 0; file < files.size(); ++file) {
      std::uint64_t offset = 4;
      const auto checksum = file == 0 ? Checksum::none : Checksum::crc32;
      add(artificial_rotate(4, "binlog." + std::to_string(file + 1), checksum), {file, 0});
      for (auto& event : files[file]) {
        const std::size_t size = event.size();
        add(std::move(event), {file, offset});
        offset += size;
      }
    }
  }
  Result<binlog::RawEvent> next() override {
    return next_ == events_.size() ? Result<binlog::RawEvent>(Bytes{})
                                   : Result<binlog::RawEvent>(Bytes(events_[next_++].bytes));
  }
  [[nodiscard]] Place place() const noexcept override { return events_[next_ - 1].place; }
  void interrupt() noexcept override {}

 private:
  struct Recorded {
    std::vector<std::uint8_t> bytes;
    Place place;
  };
  void add(std::vector<std::uint8_t> bytes, Place place) { events_.push_back({std::move(bytes), place}); }

  std::vector<Recorded> events_;
  std::size_t next_ = 0;
};

} // namespace rowferry::test
