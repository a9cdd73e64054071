// The outbox (CONTRACT section 5): the value is the payload exactly as stored.
#include <fmt/format.h>

#include <rowferry/change/value_text.hpp>
#include <rowferry/encode/encoder.hpp>
#include <utility>

namespace rowferry {
namespace {

class OutboxEncoder final : public Encoder {
 public:
  OutboxEncoder(std::shared_ptr<const TableSchema> table, std::uint32_t payload_column, EncodeWarnings& warnings,
                InvalidText invalid_text)
      : table_(std::move(table)),
        payload_column_(payload_column),
        warnings_(warnings),
        invalid_text_(invalid_text),
        as_stored_(invalid_text == InvalidText::as_stored && is_stored_as_text(table_->columns[payload_column])) {}

  Result<void> encode(const Change& change, const Destination& destination, Output& out, Encoded& encoded) override {
    out.begin();
    encoded.count = 0;
    const binlog::Cell& payload = change.current()[payload_column_];
    const bool has_key = destination.key_kind == KeyKind::text;
    const std::size_t key_size = has_key ? destination.key.size() : 0;
    out.append(destination.key.substr(0, key_size));
    const ValueStatus status = payload.is_value() ? append_payload(out, payload, change) : ValueStatus::ok;
    if (!payload.is_held() || status != ValueStatus::ok) {
      out.discard();
      return fail(unusable(change, payload, status));
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
  ValueStatus append_payload(Output& out, const binlog::Cell& payload, const Change& change) {
    if (as_stored_) {
      out.append(as_text(payload.bytes()));
      return ValueStatus::ok;
    }
    const Column& column = table_->columns[payload_column_];
    const ValueStatus status = append_value_text(out, column, payload);
    if (status != ValueStatus::not_text || invalid_text_ == InvalidText::fail) return status;
    const Bytes bytes = stored_bytes(column, payload);
    if (invalid_text_ == InvalidText::as_stored) {
      out.append(as_text(bytes));
      return ValueStatus::ok;
    }
    append_utf8_lossy(out, column.charset == nullptr ? *find_charset("utf8mb4") : *column.charset, bytes);
    ++warnings_.invalid_text;
    if (!std::exchange(warned_, true) && warnings_.is_first(fmt::format("{}.{}", table_->quoted(), column.name))) {
      warnings_.lines.push_back(fmt::format(
          "{}: column {} holds bytes that are no text of its character set; U+FFFD takes their place in the message",
          place_of(change), column.name));
    }
    return ValueStatus::ok;
  }

  [[nodiscard]] Error unusable(const Change& change, const binlog::Cell& payload, ValueStatus status) const {
    const Column& column = table_->columns[payload_column_];
    if (status == ValueStatus::not_text) {
      return Error::data(
          fmt::format("{}: column {} holds bytes that are no text of its character set, and invalid_text is "
                      "fail; base64 sends them as they are stored",
                      place_of(change), column.name));
    }
    if (payload.is_value()) {
      return Error::data(fmt::format("{}: the bytes of column {} are no value of type {}", place_of(change),
                                     column.name, binlog::column_type_name(column.layout.type)));
    }
    return Error::internal(
        fmt::format("{}: a message without its payload column {} reached the encoder", place_of(change), column.name));
  }

  std::shared_ptr<const TableSchema> table_;
  std::uint32_t payload_column_;
  EncodeWarnings& warnings_;
  InvalidText invalid_text_;
  bool as_stored_; ///< whatever the payload's bytes are
  bool warned_ = false;
};

} // namespace

std::unique_ptr<Encoder> make_outbox_encoder(std::shared_ptr<const TableSchema> table, std::uint32_t payload_column,
                                             EncodeWarnings& warnings, InvalidText invalid_text) {
  return std::make_unique<OutboxEncoder>(std::move(table), payload_column, warnings, invalid_text);
}

} // namespace rowferry
