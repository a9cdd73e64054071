// The checkpoint in a file: locked, replaced atomically, durable when save() returns.
#pragma once

#include <filesystem>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <string>

namespace rowferry {

class FileSystem;

/// Where a connector keeps its checkpoint; a file today, a Kafka topic later.
class CheckpointStore {
 public:
  virtual ~CheckpointStore() = default;
  /// Empty when there is none yet. Refuses what it cannot read; never changes it.
  virtual Result<std::optional<Checkpoint>> load() = 0;
  /// Durable when it returns. On an error the previous checkpoint stands, unharmed; a full disk is retriable.
  virtual Result<void> save(const Checkpoint& checkpoint) = 0;
  /// Where it is, for messages: `checkpoint '/path'`.
  [[nodiscard]] virtual std::string text() const { return "the checkpoint"; }
};

/// One process at a time: the lock is held from open() until destruction and dies with the process. Written as
/// `<path>.tmp`, fsync, rename, fsync of the folder. Any one thread at a time.
class CheckpointFile final : public CheckpointStore {
 public:
  /// Locks `<path>.lock`, which stays behind. When another process holds it: status 2, with its pid and the path.
  static Result<CheckpointFile> open(const std::filesystem::path& path);
  /// With another file system, which must outlive the result.
  static Result<CheckpointFile> open(const std::filesystem::path& path, FileSystem& files);
  /// For looking only, while a connector may be running.
  static Result<std::optional<Checkpoint>> read(const std::filesystem::path& path);

  CheckpointFile(CheckpointFile&& other) noexcept;
  CheckpointFile& operator=(CheckpointFile&& other) noexcept;
  ~CheckpointFile() override;

  Result<std::optional<Checkpoint>> load() override;
  /// Refuses to replace a file that load() would refuse, or that holds the checkpoint of another name. When the fsync
  /// of the folder fails, the new checkpoint may already be the one that load() gives.
  Result<void> save(const Checkpoint& checkpoint) override;
  [[nodiscard]] std::string text() const override { return "checkpoint '" + path_.string() + "'"; }

 private:
  CheckpointFile(std::filesystem::path path, int lock, FileSystem& files)
      : path_(std::move(path)), lock_(lock), files_(&files) {}
  Result<void> replace(const std::string& text);

  std::filesystem::path path_; // absolute, with symbolic links resolved
  int lock_ = -1;
  FileSystem* files_;
  bool inspected_ = false;          // what the path held was read, and may be replaced
  std::optional<std::string> name_; // of the connector whose checkpoint it holds
};

} // namespace rowferry
