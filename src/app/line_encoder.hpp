// Changes to the lines of `rowferry decode`.
#pragma once

#include <memory>
#include <rowferry/encode/encoder.hpp>
#include <unordered_map>

#include "app/line_writer.hpp"

namespace rowferry {

/// The plain format, with one plan a table shape. One thread.
class LineEncoder {
 public:
  /// `lines` outlives this.
  explicit LineEncoder(LineWriter& lines) : lines_(lines) {}
  Result<void> write(const Change& change);

 private:
  struct Plan {
    std::shared_ptr<const TableSchema> schema; // keeps the key below from being used for another shape
    std::unique_ptr<Encoder> encoder;
  };

  Encoder& encoder_of(const Change& change);

  LineWriter& lines_;
  OutputUsage usage_;
  Output output_{usage_};
  Encoded encoded_;
  EncodeWarnings warnings_;
  std::unordered_map<const TableSchema*, Plan> plans_;
};

} // namespace rowferry
