// JSON to table definitions. RapidJSON reads; what is read into what stands in the header.
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <rowferry/base/text.hpp>
#include <rowferry/schema/table_definition.hpp>

namespace rowferry {
namespace {

using Value = rapidjson::Value;

std::string_view text_of(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

/// One object of the text.
class DefinitionReader {
 public:
  explicit DefinitionReader(std::size_t line) : line_(line) {}

  Result<TableDefinition> read(const Value& value) {
    if (!value.IsObject()) return wrong("a table is an object with the members database, table, columns and key");
    TableDefinition table;
    for (const auto& member : value.GetObject()) {
      const std::string_view name = text_of(member.name);
      bool fits = false;
      if (name == "database") {
        fits = read_text(member.value, table.database);
      } else if (name == "table") {
        fits = read_text(member.value, table.table);
      } else if (name == "key") {
        fits = read_texts(member.value, table.key);
      } else if (name == "columns" && member.value.IsArray()) {
        if (auto columns = read_columns(member.value, table); !columns) return fail(std::move(columns.error()));
        fits = true;
      }
      if (!fits) return wrong(fmt::format("the member {} is unknown or of a wrong type", json_string(name)));
    }
    if (table.table.empty() || table.columns.empty()) return wrong("a table needs the members table and columns");
    for (const std::string& key : table.key) {
      if (std::ranges::find(table.columns, key, &ColumnDefinition::name) == table.columns.end()) {
        return wrong(fmt::format("the key of {} names {}, which is no column of it", json_string(table.table),
                                 json_string(key)));
      }
    }
    return table;
  }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(std::string_view what) const {
    return fail(Error::usage(fmt::format("line {}: {}", line_, what)));
  }

  static bool read_text(const Value& value, std::string& to) {
    if (!value.IsString()) return false;
    to = text_of(value);
    return true;
  }
  static bool read_texts(const Value& value, std::vector<std::string>& to) {
    if (!value.IsArray()) return false;
    return std::ranges::all_of(value.GetArray(), [&](const Value& each) { return read_text(each, to.emplace_back()); });
  }
  static bool read_switch(const Value& value, bool& to) {
    if (!value.IsBool()) return false;
    to = value.GetBool();
    return true;
  }

  Result<void> read_columns(const Value& value, TableDefinition& table) {
    for (const Value& each : value.GetArray()) {
      if (!each.IsObject()) return wrong("a column is an object with at least name and type");
      ColumnDefinition& column = table.columns.emplace_back();
      for (const auto& member : each.GetObject()) {
        const std::string_view name = text_of(member.name);
        const bool fits = (name == "name" && read_text(member.value, column.name)) ||
                          (name == "type" && read_text(member.value, column.type)) ||
                          (name == "charset" && read_text(member.value, column.charset)) ||
                          (name == "nullable" && read_switch(member.value, column.nullable)) ||
                          (name == "visible" && read_switch(member.value, column.visible));
        if (!fits)
          return wrong(fmt::format("the member {} of a column is unknown or of a wrong type", json_string(name)));
      }
      if (column.name.empty() || column.type.empty()) return wrong("a column needs name and type");
    }
    return {};
  }

  std::size_t line_;
};

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

} // namespace

Result<std::vector<TableDefinition>> parse_definitions(std::string_view json) {
  std::vector<TableDefinition> tables;
  rapidjson::MemoryStream stream(json.data(), json.size());
  constexpr unsigned kFlags =
      rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  for (;;) {
    const std::size_t begin = json.find_first_not_of(" \t\r\n", stream.Tell());
    if (begin == std::string_view::npos) return tables;
    while (stream.Tell() < begin) stream.Take();
    rapidjson::Document document;
    document.ParseStream<kFlags, rapidjson::UTF8<>>(stream);
    const std::size_t line = line_at(json, begin);
    if (document.HasParseError()) {
      return fail(
          Error::usage(fmt::format("line {}: {}", line_at(json, std::min(document.GetErrorOffset(), json.size())),
                                   rapidjson::GetParseError_En(document.GetParseError()))));
    }
    DefinitionReader reader(line);
    const auto add = [&](const Value& value) -> Result<void> {
      auto table = reader.read(value);
      if (!table) return fail(std::move(table.error()));
      tables.push_back(std::move(*table));
      return {};
    };
    if (!document.IsArray()) {
      if (auto added = add(document); !added) return fail(std::move(added.error()));
      continue;
    }
    for (const Value& value : document.GetArray()) {
      if (auto added = add(value); !added) return fail(std::move(added.error()));
    }
  }
}

} // namespace rowferry
