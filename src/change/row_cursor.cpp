#include "change/row_cursor.hpp"

namespace rowferry {
namespace {

Operation operation_of(binlog::RowsOperation operation) noexcept {
  switch (operation) {
    case binlog::RowsOperation::insert:
      return Operation::insert;
    case binlog::RowsOperation::update:
      return Operation::update;
    case binlog::RowsOperation::remove:
      break;
  }
  return Operation::remove;
}

}  // namespace

void RowCursor::open(TableState& table, const binlog::RowsEvent& event, std::uint64_t transaction, const Origin& origin,
                     Change& change) {
  const TableSchema& schema = *table.schema;
  before_.resize(schema.layout.size());
  after_.resize(schema.layout.size());
  if (table.transaction != transaction) {
    table.transaction = transaction;
    table.rows = 0;
  }
  table_ = &table;
  rows_.emplace(schema.layout, event);
  change.operation = operation_of(event.operation);
  change.table = &schema;
  change.schema = &table.schema;
  change.origin = &origin;
  change.before = change.operation == Operation::insert ? std::span<const binlog::Cell>() : before_;
  change.after = change.operation == Operation::remove ? std::span<const binlog::Cell>() : after_;
}

binlog::RowReader::Step RowCursor::next(Change& change) {
  const auto step = rows_->next(before_, after_);
  if (step == binlog::RowReader::Step::row) {
    change.row = table_->rows++;
  } else {
    rows_.reset();
  }
  return step;
}

}  // namespace rowferry
