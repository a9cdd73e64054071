// The outbox (CONTRACT section 5): the value is the payload exactly as stored.
#include <fmt/format.h>

#include <rowferry/change/value_text.hpp>
#include <rowferry/encode/encoder.hpp>

namespace rowferry {
namespace {

class OutboxEncoder final : public Encoder {
 public:
  OutboxEncoder(std::shared_ptr<const TableSchema> table, std::uint32_t payload_column)
      : table_(std::move(table)), payload_column_(payload_column) {}

  Result<void> encode(const Change& change, const Destination& destination, Output& out, Encoded& encoded) override {
    out.begin();
    encoded.count = 0;
    const binlog::Cell& payload = change.current()[payload_column_];
    const bool has_key = destination.key_kind == KeyKind::text;
    const std::size_t key_size = has_key ? destination.key.size() : 0;
    out.append(destination.key.substr(0, key_size));
    if (payload.state == binlog::CellState::absent || (payload.is_value() && !append_payload(out, payload))) {
      out.discard();
      return fail(unusable(change, payload));
    }
    Message& message = encoded.messages[0];
    message.topic = destination.topic;
    message.partition = destination.partition;
    message.every_partition = destination.every_partition;
    message.has_key = has_key;
    message.key = out.record().substr(0, key_size);
    message.has_value = payload.is_value();
    message.value = out.record().substr(key_size);
    message.headers = destination.headers;
    message.timestamp_ms = destination.timestamp_ms;
    message.chunk = &out.chunk();
    encoded.count = 1;
    return {};
  }

 private:
  /// False: the bytes are no value of the column's type.
  bool append_payload(Output& out, const binlog::Cell& payload) const {
    switch (append_value_text(out, table_->columns[payload_column_], payload)) {
      case ValueStatus::ok:
        return true;
      case ValueStatus::not_text:
        out.append(as_text(payload.bytes()));
        return true;
      case ValueStatus::corrupt:
        return false;
    }
    return false;
  }

  [[nodiscard]] Error unusable(const Change& change, const binlog::Cell& payload) const {
    const Column& column = table_->columns[payload_column_];
    if (payload.is_value()) {
      return Error::data(fmt::format("{}: the bytes of column {} are no value of type {}", place_of(change),
                                     column.name, binlog::column_type_name(column.layout.type)));
    }
    return Error::internal(
        fmt::format("{}: a message without its payload column {} reached the encoder", place_of(change), column.name));
  }

  std::shared_ptr<const TableSchema> table_;
  std::uint32_t payload_column_;
};

} // namespace

std::unique_ptr<Encoder> make_outbox_encoder(std::shared_ptr<const TableSchema> table, std::uint32_t payload_column) {
  return std::make_unique<OutboxEncoder>(std::move(table), payload_column);
}

} // namespace rowferry
