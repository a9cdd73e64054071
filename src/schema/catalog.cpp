#include <algorithm>
#include <rowferry/schema/catalog.hpp>

namespace rowferry {

Catalog::Catalog(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

Result<std::shared_ptr<const TableSchema>> Catalog::resolve(const binlog::TableMap& map, ServerFlavor flavor) {
  const std::string_view shape = as_text(map.shape);
  Memo& memo = by_table_id_[map.table_id % by_table_id_.size()];
  if (!memo.used || memo.table_id != map.table_id || memo.entry->shape != shape) {
    memo.used = false;
    Entries::iterator entry;
    if (const auto found = by_shape_.find(shape); found != by_shape_.end()) {
      entry = found->second;
    } else {
      auto schema = make_table_schema(map, flavor);
      if (!schema) return fail(std::move(schema).error());
      entry = add(shape, std::move(*schema));
    }
    memo = {map.table_id, true, entry};
  }
  recent_.splice(recent_.begin(), recent_, memo.entry);
  return memo.entry->schema;
}

Catalog::Entries::iterator Catalog::add(std::string_view shape, TableSchema schema) {
  if (recent_.size() == capacity_) evict();
  recent_.push_front({std::string(shape), std::make_shared<const TableSchema>(std::move(schema))});
  by_shape_.emplace(recent_.front().shape, recent_.begin());
  return recent_.begin();
}

void Catalog::evict() {
  const auto oldest = std::prev(recent_.end());
  for (Memo& memo : by_table_id_) {
    if (memo.used && memo.entry == oldest) memo.used = false;
  }
  by_shape_.erase(oldest->shape);
  recent_.erase(oldest);
}

} // namespace rowferry
