#include <fmt/format.h>

#include <iterator>
#include <rowferry/base/text.hpp>
#include <rowferry/schema/table_definition.hpp>

namespace rowferry {
namespace {

constexpr std::size_t kMaxText = 600; // of a list in a message, about

} // namespace

std::string describe_columns(const TableDefinition& definition) {
  std::string text;
  for (const ColumnDefinition& column : definition.columns) {
    if (text.size() > kMaxText) return text + fmt::format(", … ({} columns)", definition.columns.size());
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}{}{}", column.name, column.type.substr(0, kMaxText),
                        column.charset.empty() ? "" : " " + column.charset, column.nullable ? "" : " not null");
  }
  return text;
}

std::string describe_layout(const std::vector<binlog::ColumnLayout>& columns) {
  std::string text;
  for (const binlog::ColumnLayout& column : columns) {
    if (text.size() > kMaxText) return text + fmt::format(", … ({} columns)", columns.size());
    if (!text.empty()) text += ", ";
    text += binlog::column_type_name(column.type);
    if (column.type == binlog::ColumnType::newdecimal) {
      text += fmt::format(" {},{}", column.meta >> 8, column.meta & 0xff);
    } else if (column.meta != 0) {
      text += fmt::format(" {}", column.meta);
    }
    if (!column.nullable) text += " not null";
  }
  return text;
}

std::string format_definition(const TableDefinition& definition) {
  std::string text = fmt::format(R"({{"database":{},"table":{},"columns":[)", json_string(definition.database),
                                 json_string(definition.table));
  auto out = std::back_inserter(text);
  bool first = true;
  for (const ColumnDefinition& column : definition.columns) {
    fmt::format_to(out, R"({}{{"name":{},"type":{})", first ? "" : ",", json_string(column.name),
                   json_string(column.type));
    if (!column.charset.empty()) fmt::format_to(out, R"(,"charset":{})", json_string(column.charset));
    if (!column.nullable) text += R"(,"nullable":false)";
    if (!column.visible) text += R"(,"visible":false)";
    text += '}';
    first = false;
  }
  text += R"(],"key":[)";
  for (const std::string& name : definition.key) {
    fmt::format_to(out, "{}{}", &name == &definition.key.front() ? "" : ",", json_string(name));
  }
  return text + "]}";
}

} // namespace rowferry
