// modules: encode
#include <rapidjson/reader.h>

#include <cstdlib>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/encode/encoder.hpp>
#include <string>
#include <vector>

#include "rows_mutator.hpp"

using namespace rowferry;

namespace {

void require(bool invariant) {
  if (!invariant) std::abort();
}

/// In place, because RapidJSON's own stack adds to a null pointer, which UBSan does not like.
bool is_json(std::string text) {
  rapidjson::InsituStringStream stream(text.data());
  rapidjson::BaseReaderHandler<> ignore;
  rapidjson::Reader reader;
  return !reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseValidateEncodingFlag>(stream, ignore).IsError();
}

Operation operation_of(binlog::RowsOperation operation) {
  switch (operation) {
    case binlog::RowsOperation::insert:
      return Operation::insert;
    case binlog::RowsOperation::update:
      return Operation::update;
    case binlog::RowsOperation::remove:
      return Operation::remove;
  }
  return Operation::insert;
}

/// What a row becomes is JSON, or the row is refused.
void encode(const std::shared_ptr<const TableSchema>& table, const binlog::RowsEvent& event) {
  std::vector<binlog::Cell> before(table->columns.size());
  std::vector<binlog::Cell> after(table->columns.size());
  Origin origin;
  origin.file = "binlog.000001";
  Change change;
  change.operation = operation_of(event.operation);
  change.table = table.get();
  change.origin = &origin;
  if (change.operation != Operation::insert) change.before = before;
  if (change.operation != Operation::remove) change.after = after;

  EncodeWarnings warnings;
  const auto encoder = make_plain_encoder(table, true, warnings);
  OutputUsage usage;
  Output out(usage, 256);
  Encoded encoded;
  Destination destination;
  destination.key_kind = destination.old_row.key_kind = KeyKind::encoded;
  binlog::RowReader rows(table->layout, event);
  while (rows.next(before, after) == binlog::RowReader::Step::row) {
    if (!encoder->encode(change, destination, out, encoded)) continue;
    for (std::uint32_t i = 0; i < encoded.count; ++i) {
      require(is_json(std::string(encoded.messages[i].value)));
      require(!encoded.messages[i].has_key || is_json(std::string(encoded.messages[i].key)));
    }
  }
}

} // namespace

/// See rows_mutator.hpp for the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::RowsInput input = fuzz::read_rows_input({data, size});
  const binlog::FormatDescription format;
  const auto map = binlog::decode_table_map(format, input.map_body);
  if (!input.whole || !map) return 0;
  auto table = make_table_schema(*map);
  const auto event = binlog::decode_rows(format, input.type, input.rows_body);
  if (!table || !event || event->column_count != table->columns.size()) return 0;
  encode(std::make_shared<const TableSchema>(std::move(*table)), *event);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return fuzz::mutate_rows(data, size, max_size, seed);
}
