// Table ids of the stream to table schemas, built once a shape.
#pragma once

#include <cstdint>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/table_schema.hpp>
#include <string>
#include <unordered_map>

namespace rowferry {

/// Shapes seen, at most `capacity` of them: the least recently used is dropped. A table whose definition did not change
/// gives the same schema object again, whatever its table id. One thread.
class Catalog {
 public:
  explicit Catalog(std::size_t capacity = 4096);

  /// The schema of this map's shape. An error (unknown type) is not cached.
  Result<std::shared_ptr<const TableSchema>> resolve(const binlog::TableMap& map);
  [[nodiscard]] std::size_t size() const noexcept { return shapes_.size(); }

 private:
  struct Entry {
    std::shared_ptr<const TableSchema> schema;
    std::uint64_t last_used = 0;
  };
  std::unordered_map<std::string, Entry> shapes_;  ///< by the bytes of TableMap::shape
  std::uint64_t clock_ = 0;
  std::size_t capacity_;
};

}  // namespace rowferry
