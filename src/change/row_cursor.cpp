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

} // namespace

void RowCursor::open(const std::shared_ptr<const TableSchema>& schema, std::uint64_t& rows,
                     const binlog::RowsEvent& event, const Origin& origin, Change& change) {
  before_.resize(schema->layout.size());
  after_.resize(schema->layout.size());
  schema_ = schema.get();
  count_ = &rows;
  rows_.emplace(schema->layout, event);
  partial_json_ = event.partial_json;
  unfit_ = nullptr;
  change.operation = operation_of(event.operation);
  change.table = schema_;
  change.schema = &schema;
  change.origin = &origin;
  change.before = change.operation == Operation::insert ? std::span<const binlog::Cell>() : before_;
  change.after = change.operation == Operation::remove ? std::span<const binlog::Cell>() : after_;
}

binlog::RowReader::Step RowCursor::next(Change& change) {
  auto step = rows_->next(before_, after_);
  if (step == binlog::RowReader::Step::row && partial_json_ && !complete_documents()) {
    step = binlog::RowReader::Step::malformed;
  }
  if (step == binlog::RowReader::Step::row) {
    change.row = (*count_)++;
  } else {
    rows_.reset();
    if (partial_json_) shrink();
  }
  return step;
}

/// Differences become documents where the before image holds what they differ from. False: they do not fit it.
bool RowCursor::complete_documents() {
  documents_.clear();
  made_.clear();
  for (std::size_t i = 0; i < after_.size(); ++i) {
    binlog::Cell& cell = after_[i];
    if (cell.state != binlog::CellState::diffs) continue;
    const binlog::Cell& base = before_[i];
    if (cell.size == 0 && base.state == binlog::CellState::null) {
      // The image says that it is no NULL any more: the empty document, JSON's null.
      cell.state = binlog::CellState::value;
    } else if (cell.size == 0) {
      cell = base;
    } else if (base.state != binlog::CellState::absent) {
      const std::size_t begin = documents_.size();
      if (!base.is_value() || !patcher_.apply(base.bytes(), cell.bytes(), documents_)) {
        unfit_ = &schema_->columns[i];
        return false;
      }
      cell = {nullptr, static_cast<std::uint32_t>(documents_.size() - begin), binlog::CellState::value};
      made_.push_back({i, begin});
    }
  }
  for (const Document& document : made_) after_[document.column].data = documents_.data() + document.begin;
  return true;
}

void RowCursor::shrink() {
  constexpr std::size_t kKept = 1024 * 1024;
  if (documents_.capacity() > kKept) std::vector<std::uint8_t>().swap(documents_);
  patcher_.shrink();
}

} // namespace rowferry
