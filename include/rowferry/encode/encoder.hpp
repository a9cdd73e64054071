// Changes to message bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/encode/message.hpp>
#include <span>
#include <string>
#include <vector>

namespace rowferry {

/// What one change becomes: one message, or two for a change of the key (delivered as one: the position moves only past both).
struct Encoded {
  std::array<Message, 2> messages;
  std::uint32_t count = 0;
};

/// Counted and warned of once a column.
struct EncodeWarnings {
  std::uint64_t invalid_text = 0;
  std::vector<std::string> lines;  ///< new ones; taken by the caller
};

/// Encodes the changes of one table shape. One thread.
class Encoder {
 public:
  virtual ~Encoder() = default;
  /// Writes into `out` (one record a message; `out`'s chunk holds key and value) and fills `encoded`. Fails (status 5) for
  /// bytes that are no value of their column's type, naming position, table and column.
  virtual Result<void> encode(const Change& change, const Destination& destination, Output& out, Encoded& encoded) = 0;
};

/// Outbox: the payload exactly as stored; SQL NULL is a Kafka null.
std::unique_ptr<Encoder> make_outbox_encoder(const Route& route);
/// CONTRACT section 4. Builds the table's plan: `,"name":` fragments and one writer a column.
std::unique_ptr<Encoder> make_plain_encoder(std::shared_ptr<const TableSchema> table, bool id_header, EncodeWarnings& warnings);

}  // namespace rowferry
