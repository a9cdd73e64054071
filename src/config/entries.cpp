#include "config/entries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/value_parsers.hpp"

namespace rowferry {
namespace {

using Places = std::map<std::string, ConfigPlace>;

/// Reads the keys of one entry. Each getter is called once a key.
class EntryReader {
 public:
  EntryReader(const YamlNode& entry, std::string path, std::vector<std::string_view> known, Gathered& gathered,
              Places& places)
      : path_(std::move(path)), gathered_(gathered), places_(places) {
    for (const YamlField* field : distinct_fields(entry, path_ + ".", gathered_)) {
      if (std::find(known.begin(), known.end(), field->key) == known.end()) {
        gathered_.problem({at(field->key), field->line}, unknown_key(field->key, known));
      } else {
        fields_.emplace(field->key, field);
      }
    }
  }

  /// A template: kept as written.
  std::optional<std::string> pattern(std::string_view key) {
    const YamlField* field = find(key);
    return field == nullptr ? std::nullopt : text(*field->value, place(*field));
  }

  std::optional<std::string> value(std::string_view key) {
    const YamlField* field = find(key);
    return field == nullptr ? std::nullopt : expanded(*field->value, place(*field));
  }

  /// One value, or a list of them.
  std::vector<std::string> values(std::string_view key) {
    std::vector<std::string> all;
    const YamlField* field = find(key);
    if (field == nullptr) return all;
    if (field->value->kind != YamlNode::Kind::list) {
      if (auto one = expanded(*field->value, place(*field))) all.push_back(std::move(*one));
      return all;
    }
    if (field->value->items.empty()) gathered_.problem(place(*field), "is an empty list");
    for (std::size_t i = 0; i < field->value->items.size(); ++i) {
      const YamlNode& item = *field->value->items[i];
      if (auto one = expanded(item, place(fmt::format("{}[{}]", at(key), i), item.line)))
        all.push_back(std::move(*one));
    }
    return all;
  }

  void require(std::string_view key, const YamlNode& entry, std::string_view why) {
    if (!fields_.contains(key)) gathered_.problem({at(key), entry.line}, fmt::format("is missing: {}", why));
  }

  bool commit_timestamp() {
    const std::optional<std::string> given = value("timestamp");
    std::string choice;
    if (!given) return false;
    if (Complaint complaint = set_choice(choice, *given, {"commit", "sent"})) {
      gathered_.problem(places_.at(at("timestamp")), *complaint);
    }
    return choice == "commit";
  }

  std::optional<std::string> invalid_text() {
    const std::optional<std::string> given = value("invalid_text");
    if (!given) return std::nullopt;
    std::string choice;
    if (Complaint complaint = set_invalid_text(choice, *given)) {
      gathered_.problem(places_.at(at("invalid_text")), *complaint);
    }
    return choice;
  }

  /// Calls take(field, place) for each field of the map under `key`.
  template <class Take>
  void map(std::string_view key, Take take) {
    const YamlField* field = find(key);
    if (field == nullptr) return;
    if (field->value->kind != YamlNode::Kind::map) {
      gathered_.problem(place(*field), fmt::format("is {}; a map is expected", kind_text(*field->value)));
      return;
    }
    const std::string prefix = at(key) + ".";
    for (const YamlField* inner : distinct_fields(*field->value, prefix, gathered_)) {
      take(*inner, place(prefix + inner->key, inner->line));
    }
  }

  /// The text of a single value that is not empty.
  std::optional<std::string> text(const YamlNode& node, const ConfigPlace& where) {
    if (node.kind == YamlNode::Kind::text && !node.text.empty()) return node.text;
    gathered_.problem(where, node.kind == YamlNode::Kind::text
                                 ? "is empty"
                                 : fmt::format("is {}; one value is expected", kind_text(node)));
    return std::nullopt;
  }

  std::optional<std::string> expanded(const YamlNode& node, const ConfigPlace& where) {
    const std::optional<std::string> raw = text(node, where);
    if (!raw) return std::nullopt;
    Result<std::string> result = expand_references(*raw);
    if (result && !result->empty()) return std::move(*result);
    gathered_.problem(where, result ? "is empty once its references are expanded" : result.error().message);
    return std::nullopt;
  }

  void problem(const ConfigPlace& where, std::string what) { gathered_.problem(where, std::move(what)); }

 private:
  [[nodiscard]] std::string at(std::string_view key) const { return fmt::format("{}.{}", path_, key); }
  [[nodiscard]] const YamlField* find(std::string_view key) const {
    const auto found = fields_.find(key);
    return found == fields_.end() ? nullptr : found->second;
  }
  ConfigPlace place(const YamlField& field) { return place(at(field.key), field.line); }
  ConfigPlace place(const std::string& path, int line) {
    places_.insert_or_assign(path, ConfigPlace{path, line});
    return {path, line};
  }

  std::string path_;
  Gathered& gathered_;
  Places& places_;
  std::map<std::string_view, const YamlField*> fields_;
};

OutboxConfig read_outbox(const YamlNode& node, const std::string& path, Gathered& gathered, Places& places) {
  static const std::vector<std::string_view> known_columns{"id", "type", "payload", "aggregate_id", "aggregate_type"};
  EntryReader reader(node, path,
                     {"table", "columns", "topic", "key", "partition", "headers", "timestamp", "invalid_text"},
                     gathered, places);
  OutboxConfig outbox;
  outbox.line = node.line;
  reader.require("table", node, "it names the outbox, such as shop.outbox");
  outbox.tables = reader.values("table");
  reader.map("columns", [&](const YamlField& field, const ConfigPlace& place) {
    if (std::find(known_columns.begin(), known_columns.end(), field.key) == known_columns.end()) {
      reader.problem(place, unknown_key(field.key, known_columns));
    } else if (auto column = reader.expanded(*field.value, place)) {
      outbox.columns.emplace(field.key, std::move(*column));
    }
  });
  outbox.topic = reader.pattern("topic");
  outbox.key = reader.pattern("key");
  outbox.partition = reader.pattern("partition");
  reader.map("headers", [&](const YamlField& field, const ConfigPlace& place) {
    if (field.key == "id" || field.key == "type") {
      reader.problem(place, "is a header that every outbox message has; `columns` says which column it comes from");
    } else if (auto value = reader.text(*field.value, place)) {
      outbox.headers.push_back({field.key, std::move(*value)});
    }
  });
  outbox.commit_timestamp = reader.commit_timestamp();
  outbox.invalid_text = reader.invalid_text();
  return outbox;
}

void check_format(TableConfig& table, const std::optional<std::string>& format, const ConfigPlace& place,
                  EntryReader& reader) {
  if (!format || *format == "plain") return;
  table.format = *format;
  static const std::vector<std::string_view> later{"debezium", "maxwell", "canal"};
  const bool known = std::find(later.begin(), later.end(), *format) != later.end();
  reader.problem(place, known ? "is not in this version: plain is" : "is no format: this version has plain");
}

TableConfig read_table(const YamlNode& node, const std::string& path, Gathered& gathered, Places& places) {
  EntryReader reader(
      node, path, {"include", "exclude", "format", "topic", "key", "partition", "headers", "timestamp", "invalid_text"},
      gathered, places);
  TableConfig table;
  table.line = node.line;
  reader.require("include", node, "it names the tables, such as shop.orders or shop.*");
  table.include = reader.values("include");
  table.exclude = reader.values("exclude");
  const std::optional<std::string> format = reader.value("format");
  if (format) check_format(table, format, places.at(path + ".format"), reader);
  table.topic = reader.pattern("topic");
  table.key = reader.pattern("key");
  table.partition = reader.pattern("partition");
  reader.map("headers", [&](const YamlField& field, const ConfigPlace& place) {
    const std::optional<std::string> value = reader.text(*field.value, place);
    if (!value) return;
    if (field.key != "id") {
      table.headers.push_back({field.key, *value});
    } else if (set_flag(table.id_header, *value)) {
      reader.problem(place, "is neither true nor false: it asks for the header that identifies the change");
    }
  });
  table.commit_timestamp = reader.commit_timestamp();
  table.invalid_text = reader.invalid_text();
  return table;
}

template <class Entry>
void read_list(const YamlPointer& list, const std::string& name, Gathered& gathered, Places& places,
               std::vector<Entry>& out, Entry (*read)(const YamlNode&, const std::string&, Gathered&, Places&)) {
  if (list == nullptr) return;
  if (list->kind != YamlNode::Kind::list) {
    gathered.problem({name, list->line},
                     fmt::format("is {}; a list of entries is expected, each behind a dash", kind_text(*list)));
    return;
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const YamlNode& item = *list->items[i];
    const std::string path = fmt::format("{}[{}]", name, i);
    places.insert_or_assign(path, ConfigPlace{path, item.line});
    if (item.kind == YamlNode::Kind::map) {
      out.push_back(read(item, path, gathered, places));
    } else {
      gathered.problem({path, item.line}, fmt::format("is {}; a map is expected", kind_text(item)));
    }
  }
}

} // namespace

void read_entries(Gathered& gathered, Config& config, Places& places) {
  read_list(gathered.outbox, "outbox", gathered, places, config.outbox, read_outbox);
  read_list(gathered.tables, "tables", gathered, places, config.tables, read_table);
}

} // namespace rowferry
