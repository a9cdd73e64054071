// Table ids of the stream to table schemas, built once a shape.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/table_schema.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rowferry {

/// Shapes seen, at most `capacity` of them: the least recently used is dropped (whoever holds its schema keeps it). A
/// table whose definition did not change gives the same schema object again, whatever its table id. One thread.
class Catalog {
 public:
  explicit Catalog(std::size_t capacity = 4096);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  /// The schema of this map's shape. An error (unknown type) is not cached. A table id that means what it meant last
  /// time costs one comparison of the map's bytes; a known shape under another id one hash of them. `flavor` is the
  /// same at every call: it is the stream's.
  Result<std::shared_ptr<const TableSchema>> resolve(const binlog::TableMap& map,
                                                     ServerFlavor flavor = ServerFlavor::mysql);
  [[nodiscard]] std::size_t size() const noexcept { return recent_.size(); }

 private:
  struct Entry {
    std::string shape; ///< the bytes of TableMap::shape
    std::shared_ptr<const TableSchema> schema;
  };
  using Entries = std::list<Entry>;
  struct Memo {
    std::uint64_t table_id = 0;
    bool used = false;
    Entries::iterator entry;
  };

  Entries::iterator add(std::string_view shape, TableSchema schema);
  void evict();

  Entries recent_;                                                   ///< most recently used first
  std::unordered_map<std::string_view, Entries::iterator> by_shape_; ///< keys are views of the entries' shapes
  std::array<Memo, 64> by_table_id_;                                 ///< by the low bits of the id
  std::size_t capacity_;
};

} // namespace rowferry
