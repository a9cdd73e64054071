// Changes to message bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <rowferry/base/error.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/encode/message.hpp>
#include <rowferry/route/route.hpp>
#include <rowferry/route/rules.hpp>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace rowferry {

/// What one change becomes: one message, or two for a change of the key (delivered as one: the position moves only past
/// both).
struct Encoded {
  std::array<Message, 2> messages;
  std::uint32_t count = 0;
};

/// What was warned of, by whichever thread came first. Any thread.
class WarnedOnce {
 public:
  /// True at the first call with this text; and now and then again, where there are thousands.
  bool is_first(std::string text);

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> said_;
};

/// Counted and warned of once a column (or, for partial images, once a table). One thread.
struct EncodeWarnings {
  std::uint64_t invalid_text = 0;
  std::vector<std::string> lines = {}; ///< new ones; taken by the caller
  WarnedOnce* once = nullptr;          ///< shared by encoders of the same tables on several threads; null: there is one

  /// Whether `text`, which tells what is warned of, is new to all who share `once`.
  bool is_first(std::string text) { return once == nullptr || once->is_first(std::move(text)); }
};

/// Encodes the changes of one table shape. One thread.
class Encoder : public RouteCompanion {
 public:
  /// Begins a record in `out` that holds the keys and values of all messages of the change, and fills `encoded`. Fails
  /// (status 5) for bytes that are no value of their column's type, and for a row image that lacks a key column, naming
  /// position, table and column; the record is then empty.
  virtual Result<void> encode(const Change& change, const Destination& destination, Output& out, Encoded& encoded) = 0;
};

/// Outbox: the payload exactly as stored; SQL NULL is a Kafka null. `warnings` outlives it.
std::unique_ptr<Encoder> make_outbox_encoder(std::shared_ptr<const TableSchema> table, std::uint32_t payload_column,
                                             EncodeWarnings& warnings,
                                             InvalidText invalid_text = InvalidText::as_stored);
/// CONTRACT section 4. Builds the table's plan: `,"name":` fragments and one writer a column. `warnings` outlives it.
std::unique_ptr<Encoder> make_plain_encoder(std::shared_ptr<const TableSchema> table, bool id_header,
                                            EncodeWarnings& warnings,
                                            InvalidText invalid_text = InvalidText::as_stored);

/// The encoder of a route, made at its first use and kept by the route. `warnings` outlives the route.
Encoder& encoder_of(Route& route, EncodeWarnings& warnings);

} // namespace rowferry
