// Records that are written once and read again in order, on disk when they are many.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <string>
#include <vector>

namespace rowferry {

/// In memory up to a size, then in a file without a name, which ends with the process. The file is in $TMPDIR, else in
/// /var/tmp: /tmp may be memory. One thread. Errors are retriable and name the folder; nothing that was appended before
/// is then to be relied on.
class Spool {
 public:
  static constexpr std::size_t kMemory = 1024 * 1024;

  /// `holds`, a literal, says in errors what the records are. `memory`: bytes that may be held. An empty `folder`: as
  /// above.
  explicit Spool(const char* holds, std::size_t memory = kMemory, std::string folder = {});
  Spool(Spool&& other) noexcept;
  Spool& operator=(Spool&& other) noexcept;
  ~Spool();

  /// Makes the file now, with room for so many bytes, so that it is known whether that can be done. A file system that
  /// cannot set room aside is taken to have it.
  Result<void> make_file(std::uint64_t room = 0);
  /// One record of both parts.
  Result<void> append(Bytes head, Bytes body);
  /// Nothing follows. What is beyond `memory` bytes, or in a file already, leaves memory.
  Result<void> seal(std::size_t memory = kMemory);

  /// To the first record.
  void rewind() noexcept;
  /// The next record, valid until the next call of anything; empty behind the last one. Not followed by append().
  Result<std::optional<Bytes>> next();
  /// What rewind() and next() hold in memory for reading goes.
  void release() noexcept;

  /// Bytes of all records.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Bytes of memory held.
  [[nodiscard]] std::size_t memory() const noexcept { return held_.capacity() + window_.capacity(); }
  [[nodiscard]] bool in_file() const noexcept { return file_ >= 0; }

 private:
  Result<void> write(Bytes bytes);
  Result<void> spill();
  Result<bool> fill(std::size_t size);
  [[nodiscard]] tl::unexpected<Error> failed(const char* what) const;

  const char* holds_;
  std::size_t memory_;
  std::string folder_;
  int file_ = -1;
  std::uint64_t size_ = 0;
  std::uint64_t written_ = 0;        // bytes in the file
  std::vector<std::uint8_t> held_;   // not in the file yet, behind what is
  std::vector<std::uint8_t> window_; // of the file
  std::uint64_t window_begin_ = 0;   // in the file
  std::uint64_t at_ = 0;             // of the next record, in file and held_ together
};

} // namespace rowferry
