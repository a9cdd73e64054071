// The plain format (CONTRACT section 4).
#include <fmt/format.h>

#include <array>
#include <cstring>
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
  [[nodiscard]] std::string_view in(const char* record) const noexcept { return {record + begin, size}; }
};

/// Of one message.
struct Places {
  Place value;
  Place key;
  bool has_key = false;
};

char* copy(char* p, std::string_view text) noexcept {
  std::memcpy(p, text.data(), text.size());
  return p + text.size();
}

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
    if (change.operation == Operation::update && changes_key(change)) {
      return encode_halves(change, destination, out, encoded);
    }
    const Half whole{op_of(change.operation), change.before, change.after, change.before, {}};
    Places places;
    if (!write_message(change, whole, destination, out, places)) [[unlikely]]
      return refused(change, out, encoded);
    fill(encoded.messages[0], places, out);
    address(encoded.messages[0], destination, destination, headers(0, change, whole, destination));
    encoded.count = 1;
    return {};
  }

 private:
  /// A change of the key: the row leaves one key and comes to another.
  [[gnu::noinline]] Result<void> encode_halves(const Change& change, const Destination& destination, Output& out,
                                               Encoded& encoded) {
    warn_of_partial_image(change);
    const std::array<Half, 2> halves{Half{'d', change.before, {}, change.after, "/d"},
                                     Half{'c', {}, change.after, change.before, "/c"}};
    const std::array<const Address*, 2> addresses{&destination.old_row, &destination};
    std::array<Places, 2> places;
    for (std::size_t i = 0; i < 2; ++i) {
      if (!write_message(change, halves[i], *addresses[i], out, places[i])) return refused(change, out, encoded);
    }
    for (std::size_t i = 0; i < 2; ++i) {
      fill(encoded.messages[i], places[i], out);
      address(encoded.messages[i], *addresses[i], destination, headers(i, change, halves[i], *addresses[i]));
    }
    encoded.count = 2;
    return {};
  }

  [[gnu::noinline]] Result<void> refused(const Change& change, Output& out, Encoded& encoded) {
    out.discard();
    encoded.count = 0;
    return fail(error_of(change, columns_.take_refusal()));
  }

  static void fill(Message& message, const Places& places, Output& out) {
    const char* const record = out.record_data();
    message.has_key = places.has_key;
    message.key = places.has_key ? places.key.in(record) : std::string_view();
    message.has_value = true;
    message.value = places.value.in(record);
    message.chunk = &out.chunk();
  }

  static void address(Message& message, const Address& address, const Destination& destination,
                      std::span<const Header> headers) {
    message.topic = address.topic;
    message.partition = address.partition;
    message.every_partition = destination.every_partition;
    message.headers = headers;
    message.timestamp_ms = destination.timestamp_ms;
  }

  /// The value and, where it is another than the value's own, the key behind it.
  bool write_message(const Change& change, const Half& half, const Address& address, Output& out, Places& places) {
    places.value.begin = out.size();
    char* const end = write_value(change, half, out, places.key);
    if (end == nullptr) [[unlikely]]
      return false;
    out.advance(end);
    places.value.size = out.size() - places.value.begin;
    if (address.key_kind == KeyKind::text) {
      places.key = {out.size(), address.key.size()};
      out.append(address.key);
      places.has_key = true;
    } else {
      places.has_key = address.key_kind == KeyKind::encoded && places.key.size != 0;
    }
    return true;
  }

  /// Returns the end; null: columns_.take_refusal() says why. `key` becomes the place of the value's own key; empty
  /// where there is none.
  char* write_value(const Change& change, const Half& half, Output& out, Place& key) {
    char* p = head_.write(out, half.op, change, ColumnPlans::kRoomBehind);
    if (half.row().empty()) { // TRUNCATE
      p = copy(p, "null");
    } else {
      key.begin = static_cast<std::size_t>(p - out.record_data());
      p = columns_.write_key(out, p, half.row(), half.other);
      if (p == nullptr) return nullptr;
      if (!table_->key.empty()) key.size = static_cast<std::size_t>(p - out.record_data()) - key.begin;
    }
    static_assert(ColumnPlans::kRoomBehind >= sizeof R"(null,"before":null,"after":null})" - 1);
    if (half.before.empty()) {
      p = copy(p, R"(,"before":null,"after":)");
    } else {
      p = columns_.write_image(out, copy(p, R"(,"before":)"), half.before, {}, change);
      if (p == nullptr) return nullptr;
      p = copy(p, R"(,"after":)");
    }
    if (half.after.empty()) {
      p = copy(p, "null");
    } else {
      p = columns_.write_image(out, p, half.after, half.other, change);
      if (p == nullptr) return nullptr;
    }
    if (columns_.has_json() || half.key_changed()) p = write_members_behind(half, out, p);
    if (p == nullptr) return nullptr;
    *p++ = '}';
    return p;
  }

  /// What few messages have.
  [[gnu::noinline]] char* write_members_behind(const Half& half, Output& out, char* p) {
    out.advance(p);
    if (columns_.has_json()) {
      if (!columns_.write_partial(out, half.after)) return nullptr;
      write_json_nulls(half, out);
    }
    if (half.key_changed()) out.append(R"(,"key_changed":true)");
    return out.ensure(1);
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
