// A file system that fails at a chosen step, or forgets at a chosen step everything that was not made durable.
#pragma once

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "checkpoint/file_system.hpp"

namespace rowferry {

/// Works on real files. Step 1 is the first call; `fail_at` of 0 means that nothing fails.
class FaultyFileSystem final : public FileSystem {
 public:
  int fail_at = 0;
  int error = EIO;
  bool crash = false;          ///< every later step fails too, without any effect
  std::size_t short_write = 0; ///< when not 0, no write takes more bytes than this
  std::vector<std::string> steps;

  int create(const std::string& path) override {
    if (fails("create")) return -1;
    const int file = FileSystem::create(path);
    unsynced_[file] = path;
    return file;
  }
  std::ptrdiff_t write(int file, const char* data, std::size_t size) override {
    if (fails("write")) {
      if (error == ENOSPC) FileSystem::write(file, data, size / 2); // a full disk takes what it can first
      return -1;
    }
    return FileSystem::write(file, data, short_write == 0 ? size : std::min(size, short_write));
  }
  int sync(int file) override {
    if (fails("sync")) return -1;
    unsynced_.erase(file);
    return FileSystem::sync(file);
  }
  int close(int file) override {
    const bool failed = fails("close");
    FileSystem::close(file);
    return failed ? -1 : 0;
  }
  int rename(const std::string& from, const std::string& to) override {
    if (fails("rename")) return -1;
    for (auto& [file, path] : unsynced_) {
      if (path == from) path = to;
    }
    std::filesystem::remove(to + ".before");
    if (std::filesystem::exists(to)) std::filesystem::copy_file(to, to + ".before");
    renamed_ = to;
    return FileSystem::rename(from, to);
  }
  int sync_folder(const std::string& path) override {
    if (fails("sync_folder")) return -1;
    renamed_.clear();
    return FileSystem::sync_folder(path);
  }
  int remove(const std::string& path) override {
    if (crash && fail_at != 0 && step_ >= fail_at) return -1;
    return FileSystem::remove(path);
  }

  /// What a power cut leaves: no unsynced content; and, if so wanted, the rename undone that no sync of the folder
  /// followed.
  void power_cut(bool undo_rename) {
    for (const auto& [file, path] : unsynced_) {
      if (std::filesystem::exists(path)) std::filesystem::resize_file(path, 0);
    }
    if (undo_rename && !renamed_.empty()) std::filesystem::rename(renamed_ + ".before", renamed_);
  }

 private:
  bool fails(const char* name) {
    steps.emplace_back(name);
    ++step_;
    if (fail_at == 0 || step_ < fail_at || (step_ > fail_at && !crash)) return false;
    errno = error;
    return true;
  }

  int step_ = 0;
  std::map<int, std::string> unsynced_; // descriptor and present name of files with unsynced content
  std::string renamed_;
};

} // namespace rowferry
