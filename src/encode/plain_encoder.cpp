// The plain format (CONTRACT section 4).
#include <fmt/format.h>

#include <array>
#include <optional>
#include <rowferry/encode/encoder.hpp>

#include "encode/column_plan.hpp"
#include "encode/message_id.hpp"
#include "encode/plain_head.hpp"

namespace rowferry {
namespace {

using Image = std::span<const binlog::Cell>;

/// One message of a change. `other` holds the key columns that the row's own image lacks.
struct Half {
  char op;
  Image before;
  Image after;
  Image other;
  std::string_view id_suffix; ///< "" when this is the whole change
  [[nodiscard]] Image row() const noexcept { return after.empty() ? before : after; }
  [[nodiscard]] bool key_changed() const noexcept { return !id_suffix.empty(); }
};

/// Where things stand in the record, which moves while it grows.
struct Place {
  std::size_t begin = 0;
  std::size_t size = 0;
  [[nodiscard]] std::string_view in(std::string_view record) const noexcept { return record.substr(begin, size); }
};

char op_of(Operation operation) noexcept {
  switch (operation) {
    case Operation::insert:
      return 'c';
    case Operation::update:
      return 'u';
    case Operation::remove:
      return 'd';
    case Operation::snapshot:
      return 'r';
    case Operation::truncate:
      return 't';
  }
  return '?';
}

class PlainEncoder final : public Encoder {
 public:
  PlainEncoder(std::shared_ptr<const TableSchema> table, bool id_header, EncodeWarnings& warnings,
               InvalidText invalid_text)
      : table_(std::move(table)),
        head_(*table_),
        columns_(*table_, warnings, invalid_text),
        warnings_(warnings),
        id_header_(id_header) {}

  Result<void> encode(const Change& change, const Destination& destination, Output& out, Encoded& encoded) override {
    out.begin();
    encoded.count = 0;
    if (change.operation == Operation::update && changes_key(change)) {
      warn_of_partial_image(change);
      const std::array<Half, 2> halves{Half{'d', change.before, {}, change.after, "/d"},
                                       Half{'c', {}, change.after, change.before, "/c"}};
      const std::array<const Address*, 2> addresses{&destination.old_row, &destination};
      return write(change, destination, halves, addresses, out, encoded);
    }
    const std::array<Half, 1> whole{Half{op_of(change.operation), change.before, change.after, change.before, {}}};
    const std::array<const Address*, 1> address{&destination};
    return write(change, destination, whole, address, out, encoded);
  }

 private:
  template <std::size_t N>
  Result<void> write(const Change& change, const Destination& destination, const std::array<Half, N>& halves,
                     const std::array<const Address*, N>& addresses, Output& out, Encoded& encoded) {
    std::array<std::optional<Place>, N> keys;
    std::array<Place, N> values;
    for (std::size_t i = 0; i < N; ++i) {
      values[i].begin = out.size();
      Place own_key;
      const ColumnPlans::Outcome outcome = write_value(change, halves[i], out, own_key);
      if (outcome.problem != ColumnPlans::Problem::none) {
        out.discard();
        return fail(error_of(change, outcome));
      }
      values[i].size = out.size() - values[i].begin;
      if (addresses[i]->key_kind == KeyKind::text) {
        keys[i] = {out.size(), addresses[i]->key.size()};
        out.append(addresses[i]->key);
      } else if (addresses[i]->key_kind == KeyKind::encoded && own_key.size != 0) {
        keys[i] = own_key;
      }
    }
    const std::string_view record = out.record();
    for (std::size_t i = 0; i < N; ++i) {
      Message& message = encoded.messages[i];
      message.topic = addresses[i]->topic;
      message.partition = addresses[i]->partition;
      message.every_partition = destination.every_partition;
      message.has_key = keys[i].has_value();
      message.key = keys[i] ? keys[i]->in(record) : std::string_view();
      message.has_value = true;
      message.value = values[i].in(record);
      message.headers = headers(i, change, halves[i], *addresses[i]);
      message.timestamp_ms = destination.timestamp_ms;
      message.chunk = &out.chunk();
    }
    encoded.count = N;
    return {};
  }

  /// `key` becomes the place of the value's own key; empty where there is none.
  ColumnPlans::Outcome write_value(const Change& change, const Half& half, Output& out, Place& key) {
    head_.append(out, half.op, change);
    out.append(R"(,"key":)");
    if (half.row().empty()) { // TRUNCATE
      out.append("null");
    } else {
      key.begin = out.size();
      const auto outcome = columns_.write_key(out, half.row(), half.other);
      if (outcome.problem != ColumnPlans::Problem::none) return outcome;
      key.size = table_->key.empty() ? 0 : out.size() - key.begin;
    }
    if (half.before.empty()) {
      out.append(R"(,"before":null,"after":)");
    } else {
      out.append(R"(,"before":)");
      const auto outcome = columns_.write_image(out, half.before, {}, change);
      if (outcome.problem != ColumnPlans::Problem::none) return outcome;
      out.append(R"(,"after":)");
    }
    if (half.after.empty()) {
      out.append("null");
    } else {
      const auto outcome = columns_.write_image(out, half.after, half.other, change);
      if (outcome.problem != ColumnPlans::Problem::none) return outcome;
    }
    if (columns_.has_json()) {
      const auto outcome = columns_.write_partial(out, half.after);
      if (outcome.problem != ColumnPlans::Problem::none) return outcome;
      write_json_nulls(half, out);
    }
    if (half.key_changed()) out.append(R"(,"key_changed":true)");
    out.push('}');
    return {};
  }

  void write_json_nulls(const Half& half, Output& out) {
    const bool before = columns_.write_json_nulls(out, R"(,"json_null":{"before":)", half.before);
    const std::string_view prefix = before ? R"(,"after":)" : R"(,"json_null":{"after":)";
    const bool after = columns_.write_json_nulls(out, prefix, half.after);
    if (before || after) out.push('}');
  }

  std::span<const Header> headers(std::size_t i, const Change& change, const Half& half, const Address& address) {
    if (!id_header_) return address.headers;
    assign_message_id(ids_[i], change, half.id_suffix);
    headers_[i].assign(address.headers.begin(), address.headers.end());
    headers_[i].push_back({"id", ids_[i]});
    return headers_[i];
  }

  void warn_of_partial_image(const Change& change) {
    if (warned_of_partial_image_) return;
    for (const binlog::Cell& cell : change.after) warned_of_partial_image_ |= !cell.is_held();
    if (!warned_of_partial_image_ || !warnings_.is_first(change.table->quoted())) return;
    warnings_.lines.push_back(
        fmt::format("{}: the key changed, and the row image does not hold every column; the message of the new "
                    "row holds what the image holds. binlog_row_image=FULL gives whole rows",
                    place_of(change)));
  }

  static Error error_of(const Change& change, ColumnPlans::Outcome outcome) {
    const Column& column = change.table->columns[outcome.column];
    if (outcome.problem == ColumnPlans::Problem::key_missing) {
      return Error::data(fmt::format(
          "{}: the row image lacks key column {}: set binlog_row_image=FULL on the server and in its sessions",
          place_of(change), column.name));
    }
    if (outcome.problem == ColumnPlans::Problem::not_text) {
      return Error::data(
          fmt::format("{}: column {} holds bytes that are no text of its character set, and invalid_text is "
                      "fail; base64 sends them as they are stored",
                      place_of(change), column.name));
    }
    return Error::data(fmt::format("{}: the bytes of column {} are no value of type {}", place_of(change), column.name,
                                   binlog::column_type_name(column.layout.type)));
  }

  std::shared_ptr<const TableSchema> table_;
  PlainHead head_;
  ColumnPlans columns_;
  EncodeWarnings& warnings_;
  bool id_header_;
  bool warned_of_partial_image_ = false;
  std::array<std::string, 2> ids_;
  std::array<std::vector<Header>, 2> headers_;
};

} // namespace

std::unique_ptr<Encoder> make_plain_encoder(std::shared_ptr<const TableSchema> table, bool id_header,
                                            EncodeWarnings& warnings, InvalidText invalid_text) {
  return std::make_unique<PlainEncoder>(std::move(table), id_header, warnings, invalid_text);
}

} // namespace rowferry
