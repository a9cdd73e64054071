#include "app/stats_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/printable.hpp"
#include "app/utc_text.hpp"

namespace rowferry {
namespace {

/// Columns as wide as their widest cell; the first is text, the others are numbers.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> heads) { rows_.push_back(std::move(heads)); }
  template <class... Numbers>
  void add(std::string name, Numbers... numbers) {
    rows_.push_back({std::move(name), fmt::to_string(numbers)...});
  }
  void append_to(std::string& text) const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows_) {
      text += fmt::format("{:<{}}", row[0], widths[0]);
      for (std::size_t i = 1; i < row.size(); ++i) text += fmt::format("  {:>{}}", row[i], widths[i]);
      text += '\n';
    }
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string plural(std::uint64_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

void append_summary(std::string& text, const LogCounts& counts) {
  text += fmt::format("files         {}\n", printable(fmt::format("{}", fmt::join(counts.files, " "))));
  text += fmt::format("events        {} bytes\n", counts.bytes);
  text += fmt::format("transactions  {}\n", counts.transactions);
  if (counts.transactions != 0) {
    text += fmt::format("committed     {} to {}\n", time_text(counts.first_us), time_text(counts.last_us));
  }
  if (const auto& largest = counts.largest) {
    text += fmt::format("largest       {}:{}{}{}: {}, {}\n", printable(largest->file), largest->offset,
                        largest->gtid.empty() ? "" : ", ", largest->gtid, plural(largest->bytes, "byte"),
                        plural(largest->rows, "row"));
  }
  std::uint64_t inner_bytes = 0;
  for (const auto& [name, events] : counts.events) inner_bytes += events.inner_bytes;
  const auto payloads = counts.events.find(binlog::event_type_name(binlog::EventType::transaction_payload));
  if (payloads != counts.events.end()) {
    text += fmt::format("compressed    {} of {} bytes hold {} bytes\n", plural(payloads->second.count, "payload"),
                        payloads->second.bytes, inner_bytes);
  }
}

void append_tables(std::string& text, const LogCounts& counts) {
  using Entry = std::pair<const std::pair<std::string, std::string>, LogCounts::Table>;
  std::vector<const Entry*> tables;
  for (const Entry& entry : counts.tables) tables.push_back(&entry);
  std::stable_sort(tables.begin(), tables.end(),
                   [](const Entry* a, const Entry* b) { return a->second.bytes > b->second.bytes; });
  TextTable table({"table", "rows", "inserts", "updates", "deletes", "events", "bytes"});
  for (const Entry* entry : tables) {
    const LogCounts::Table& of = entry->second;
    table.add(printable(fmt::format("{}.{}", entry->first.first, entry->first.second)), of.rows(), of.inserts,
              of.updates, of.deletes, of.events, of.bytes);
  }
  table.append_to(text);
}

void append_events(std::string& text, const LogCounts& counts) {
  TextTable table({"event", "count", "bytes", "in payloads", "their bytes"});
  for (const auto& [name, of] : counts.events) table.add(name, of.count, of.bytes, of.inner_count, of.inner_bytes);
  table.append_to(text);
}

} // namespace

std::string stats_table(const LogCounts& counts) {
  std::string text;
  append_summary(text, counts);
  text += '\n';
  append_tables(text, counts);
  text += '\n';
  append_events(text, counts);
  text.pop_back();
  return text;
}

} // namespace rowferry
