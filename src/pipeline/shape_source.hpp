// Who knows what a table without names in its events is.
#pragma once

#include <rowferry/gtid/position.hpp>
#include <rowferry/schema/table_definition.hpp>
#include <rowferry/source/shape_reader.hpp>
#include <string_view>

namespace rowferry {

/// Reader thread.
class ShapeSource {
 public:
  virtual ~ShapeSource() = default;
  /// As ShapeReader::read().
  virtual Result<TableDefinition> read(std::string_view database, std::string_view table, const FileOffset& at) = 0;
};

/// The server that the stream comes from.
class ServerShapes final : public ShapeSource {
 public:
  explicit ServerShapes(const SourceSettings& settings) : reader_(settings) {}
  Result<TableDefinition> read(std::string_view database, std::string_view table, const FileOffset& at) override {
    return reader_.read(database, table, at);
  }
  [[nodiscard]] ShapeReader& reader() noexcept { return reader_; }

 private:
  ShapeReader reader_;
};

} // namespace rowferry
