// modules: route
#include <cstdlib>
#include <rowferry/route/table_pattern.hpp>
#include <rowferry/route/template.hpp>
#include <string>

using namespace rowferry;

namespace {

void require(bool invariant) {
  if (!invariant) std::abort();
}

TableSchema make_table() {
  TableSchema table;
  table.database = "shop";
  table.table = "outbox";
  table.columns.resize(2);
  table.columns[0].name = "id";
  table.columns[0].layout = {.type = binlog::ColumnType::long_, .width = 4};
  table.columns[1].name = "kind";
  table.columns[1].layout = {
      .type = binlog::ColumnType::varchar, .encoding = binlog::ColumnEncoding::length1, .meta = 255};
  return table;
}

/// The text that gives these parts again.
std::string written(const std::vector<Template::Part>& parts) {
  std::string text;
  for (const Template::Part& part : parts) {
    if (part.is_column) {
      text += "${" + part.text + "}";
      continue;
    }
    for (std::size_t i = 0; i < part.text.size(); ++i) {
      if (part.text.compare(i, 2, "${") == 0) text += '$';
      text += part.text[i];
    }
  }
  return text;
}

} // namespace

/// A template or a pattern, and the value of a column or the name of a table: whatever it is, it is read and used.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TableSchema table = make_table();
  ByteReader in(Bytes(data, size));
  const std::string_view text = as_text(in.bytes(in.u8()));
  const Bytes value = in.rest();
  const bool fold_case = size % 2 == 0;
  if (const auto pattern = TablePattern::parse(text, fold_case)) {
    const bool matches = pattern->matches("shop", as_text(value));
    const std::string name = "shop." + std::string(as_text(value));
    require(fold_case || pattern->exact().empty() || matches == (pattern->exact() == name));
  }

  const auto parsed = Template::parse(text);
  if (!parsed) return 0;
  require(Template::parse(written(parsed->parts()))->parts() == parsed->parts());
  const auto bound = BoundTemplate::bind(*parsed, table, "fuzz");
  if (!bound) return 0;
  const binlog::Cell cells[] = {{value.data(), static_cast<std::uint32_t>(value.size()), binlog::CellState::value},
                                {value.data(), static_cast<std::uint32_t>(value.size()), binlog::CellState::value}};
  OutputUsage usage;
  Output out(usage, 64);
  const auto rendered = bound->render({cells, {}}, out);
  require(rendered.outcome == BoundTemplate::Outcome::text || value.size() != 4);
  return 0;
}
