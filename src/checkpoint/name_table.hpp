// Names that both threads of the tracker know by number.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <rowferry/gtid/gtid.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace rowferry {

struct FileName {
  std::string server_uuid;
  std::string file;
};

struct TableName {
  std::string database;
  std::string table;
};

/// A definition that is void where it is empty; an XA transaction that was prepared; one that was decided.
using Told = std::variant<KnownShape, PreparedXa, Xid>;

/// One thread writes and looks up by name, another reads by number. The lock is taken for a name not seen before, and
/// by the reader by number; not for the names of the last call.
class NameTable {
 public:
  // The writer:
  std::uint32_t table(std::string_view database, std::string_view table);
  /// Of what numbers this GTID, whatever its number is.
  std::uint32_t source(const Gtid& gtid);
  /// A new number whenever the server or the name differs from that of the last call.
  std::uint32_t file(std::string_view server_uuid, std::string_view name);

  /// Appends to a log that holds from a commit on. Returns how many entries there were so far.
  std::uint64_t tell(Told entry);

  // The other thread:
  [[nodiscard]] TableName table(std::uint32_t index) const;
  /// With the number 0.
  [[nodiscard]] Gtid source(std::uint32_t index) const;
  /// Forgets the files with lower numbers, so that rotations do not add up.
  FileName file(std::uint32_t index);
  /// The entries up to that number, in their order, each once.
  std::deque<Told> take_told(std::uint64_t count);

 private:
  struct Before {
    using is_transparent = void;
    using View = std::pair<std::string_view, std::string_view>;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const noexcept {
      return View(a.first, a.second) < View(b.first, b.second);
    }
  };

  // The writer's alone.
  std::map<std::pair<std::string, std::string>, std::uint32_t, Before> table_indexes_;
  std::map<Gtid, std::uint32_t> source_indexes_;
  const Gtid* last_source_ = nullptr;
  std::uint32_t last_source_index_ = 0;
  FileName last_file_;
  std::uint32_t file_count_ = 0;
  std::uint64_t told_count_ = 0;

  mutable std::mutex mutex_; // guards what follows
  std::deque<TableName> tables_;
  std::deque<Gtid> sources_;
  std::deque<FileName> files_;
  std::uint32_t first_file_ = 0; // number of files_.front()
  std::deque<Told> told_;
  std::uint64_t first_told_ = 0; // number of told_.front()
};

} // namespace rowferry
