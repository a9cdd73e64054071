#include <rowferry/change/event_rows.hpp>

#include "change/row_cursor.hpp"

namespace rowferry {
namespace {

constexpr std::size_t kKeptCapacity = 64 * 1024;

} // namespace

struct EventRows::Cursor {
  RowCursor rows;
};

EventRows::EventRows() : cursor_(std::make_unique<Cursor>()) {}
EventRows::~EventRows() = default;

void EventRows::assign(const std::shared_ptr<const TableSchema>& schema, const binlog::RowsEvent& event,
                       const Origin& origin, std::uint64_t first, std::uint64_t count) {
  schema_ = schema;
  bytes_.clear();
  bytes_.reserve(event.present_before.size() + event.present_after.size() + event.rows.size());
  const auto copy = [this](Bytes bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return Bytes(bytes_.data() + bytes_.size() - bytes.size(), bytes.size());
  };
  binlog::RowsEvent own = event;
  own.present_before = copy(event.present_before);
  own.present_after = copy(event.present_after);
  own.rows = copy(event.rows);

  gtid_text_ = origin.gtid_text;
  file_ = origin.file;
  transaction_file_ = origin.transaction_file;
  origin_ = origin;
  origin_.gtid_text = gtid_text_;
  origin_.file = file_;
  origin_.transaction_file = transaction_file_;

  first_ = next_row_ = first;
  count_ = count;
  cursor_->rows.open(schema_, next_row_, own, origin_, change_);
}

const Change* EventRows::next() {
  if (!cursor_->rows.is_open()) return nullptr;
  return cursor_->rows.next(change_) == binlog::RowReader::Step::row ? &change_ : nullptr;
}

void EventRows::clear() noexcept {
  cursor_->rows.close();
  schema_.reset();
  if (bytes_.capacity() > kKeptCapacity) std::vector<std::uint8_t>().swap(bytes_);
}

} // namespace rowferry
