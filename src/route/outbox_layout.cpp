#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <rowferry/route/outbox_layout.hpp>

#include "route/columns.hpp"

namespace rowferry {
namespace {

/// `message_id`, `messageId` and `MessageID` are one name.
std::string folded(std::string_view name) {
  std::string text = lower_case(name);
  std::erase(text, '_');
  return text;
}

using Index = std::optional<std::uint32_t>;

/// Finds columns in one table; keeps the first problem.
class ColumnFinder {
 public:
  ColumnFinder(const TableSchema& table, std::string_view option) : table_(table), option_(option) {
    for (const Column& column : table.columns) folded_.push_back(folded(column.name));
  }

  /// The column that the map names for `part`; empty where it names none.
  Index mapped(std::string_view part, const std::string& name) {
    if (name.empty()) return std::nullopt;
    const int found = find_column(table_, name);
    if (found >= 0) return static_cast<std::uint32_t>(found);
    complain(fmt::format("{}.columns.{}: {} is no column of {}; its columns are: {}", option_, part, name,
                         table_.quoted(), column_list(table_)));
    return std::nullopt;
  }

  /// The column of the first of these (folded) names that the table has.
  Index named(std::string_view part, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      Index found;
      for (std::uint32_t i = 0; i < folded_.size(); ++i) {
        if (folded_[i] != name) continue;
        if (found) {
          complain(fmt::format("{}: columns {} and {} of {} are both its {}: say which with columns.{}", option_,
                               table_.columns[*found].name, table_.columns[i].name, table_.quoted(), part, part));
        }
        found = i;
      }
      if (found) return found;
    }
    return std::nullopt;
  }

  void complain(std::string problem) {
    if (!problem_) problem_ = std::move(problem);
  }
  [[nodiscard]] const std::optional<std::string>& problem() const noexcept { return problem_; }

 private:
  const TableSchema& table_;
  std::string_view option_;
  std::vector<std::string> folded_;
  std::optional<std::string> problem_;
};

bool is_empty(const OutboxColumns& map) noexcept {
  return map.id.empty() && map.type.empty() && map.payload.empty() && map.aggregate_id.empty() &&
         map.aggregate_type.empty();
}

Error no_layout(const TableSchema& table, std::string_view option) {
  return Error::usage(fmt::format(
      "{}: {} is no outbox that explains itself. Looked for message_id (or id), message_type and payload, and for "
      "Debezium's "
      "id, aggregatetype, aggregateid, type and payload, in snake_case or camelCase; its columns are: {}. Name them: "
      "columns: {{id: …, type: …, payload: …}}",
      option, table.quoted(), column_list(table)));
}

Error two_layouts(const TableSchema& table, std::string_view option) {
  return Error::usage(
      fmt::format("{}: {} could be a textbook outbox (message_type) or Debezium's (type, aggregatetype, aggregateid); "
                  "its columns are: "
                  "{}. Say which with columns.type",
                  option, table.quoted(), column_list(table)));
}

int or_none(const Index& index) noexcept { return index ? static_cast<int>(*index) : -1; }

} // namespace

Result<OutboxLayout> OutboxLayout::recognise(const TableSchema& table, const OutboxColumns& map, bool type_needed,
                                             std::string_view option) {
  ColumnFinder finder(table, option);
  const Index mapped_id = finder.mapped("id", map.id);
  const Index mapped_type = finder.mapped("type", map.type);
  const Index mapped_payload = finder.mapped("payload", map.payload);
  const Index mapped_aggregate_id = finder.mapped("aggregate_id", map.aggregate_id);
  const Index mapped_aggregate_type = finder.mapped("aggregate_type", map.aggregate_type);
  if (finder.problem()) return fail(Error::usage(*finder.problem()));

  const Index payload = mapped_payload ? mapped_payload : finder.named("payload", {"payload"});
  const Index aggregate_id = mapped_aggregate_id ? mapped_aggregate_id : finder.named("aggregate_id", {"aggregateid"});
  const Index aggregate_type =
      mapped_aggregate_type ? mapped_aggregate_type : finder.named("aggregate_type", {"aggregatetype"});
  const Index message_type = mapped_type ? mapped_type : finder.named("type", {"messagetype"});
  const Index plain_type = mapped_type ? std::nullopt : finder.named("type", {"type"});
  const Index id = mapped_id ? mapped_id : finder.named("id", {"messageid", "id"});
  const Index debezium_id = mapped_id ? mapped_id : finder.named("id", {"id"});
  if (finder.problem()) return fail(Error::usage(*finder.problem()));

  const bool whole_debezium = debezium_id && payload && plain_type && aggregate_id && aggregate_type &&
                              !mapped_aggregate_id && !mapped_aggregate_type;
  const bool whole_textbook = id && payload && message_type;
  if (whole_debezium && whole_textbook) return fail(two_layouts(table, option));

  OutboxLayout layout;
  layout.aggregate_id = or_none(aggregate_id);
  layout.aggregate_type = or_none(aggregate_type);
  if (whole_debezium) {
    layout.kind = Kind::debezium;
    layout.id = *debezium_id;
    layout.payload = *payload;
    layout.type = or_none(plain_type);
    return layout;
  }
  // With a map the type may have Debezium's name, or be missing where nothing needs it.
  const Index type = message_type || is_empty(map) ? message_type : plain_type;
  if (!id || !payload || (!type && (type_needed || is_empty(map)))) return fail(no_layout(table, option));
  layout.id = *id;
  layout.payload = *payload;
  layout.type = or_none(type);
  return layout;
}

std::string_view OutboxLayout::default_topic_prefix() const noexcept {
  return kind == Kind::debezium ? "outbox.event." : "outbox.";
}

std::uint32_t OutboxLayout::default_topic_column() const noexcept {
  return static_cast<std::uint32_t>(kind == Kind::debezium ? aggregate_type : type);
}

} // namespace rowferry
