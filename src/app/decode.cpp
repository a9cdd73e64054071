#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <rowferry/change/change_reader.hpp>
#include <set>
#include <string>
#include <utility>

#include "app/commands.hpp"
#include "app/line_encoder.hpp"
#include "app/log_stats.hpp"
#include "app/pattern_selector.hpp"
#include "app/ranged_events.hpp"
#include "app/schema_file.hpp"
#include "app/stats_table.hpp"

namespace rowferry {
namespace {

/// The answers of --schema, and a warning where the log itself says that one may not hold.
class SchemaAnswers {
 public:
  explicit SchemaAnswers(const SchemaFile* file) : file_(file) {}

  void give(ChangeReader& reader) {
    const ShapeRequest& request = reader.shape_request();
    auto definition = file_ == nullptr ? nullptr : file_->find(request.database, request.table);
    if (definition && !asked_.emplace(request.database, request.table).second) {
      spdlog::warn(
          "{}: a statement before this one may have changed {}: its rows get the names of --schema all the same",
          request.at.text(), quote_table(request.database, request.table));
    }
    reader.provide(std::move(definition));
  }

 private:
  const SchemaFile* file_;
  std::set<std::pair<std::string, std::string>> asked_;
};

/// All that the event under way gives.
Result<void> drain(ChangeReader& reader, LineEncoder& encoder, SchemaAnswers& answers) {
  while (true) {
    const Result<ChangeReader::Step> step = reader.next();
    if (!step) return fail(step.error());
    switch (*step) {
      case ChangeReader::Step::need_event:
        return {};
      case ChangeReader::Step::commit:
      case ChangeReader::Step::rows: // their changes come next
        break;
      case ChangeReader::Step::warning:
        spdlog::warn("{}", reader.warning());
        break;
      case ChangeReader::Step::change:
        if (Result<void> written = encoder.write(reader.change()); !written) return written;
        break;
      case ChangeReader::Step::need_shape:
        answers.give(reader);
        break;
    }
  }
}

Result<void> decode_all(RangedEvents& events, ChangeReader& reader, LineEncoder& encoder, const SchemaFile* schema) {
  SchemaAnswers answers(schema);
  reader.start({});
  while (true) {
    const Result<binlog::RawEvent> event = events.next();
    if (!event) return fail(event.error());
    if (event->empty()) break;
    if (Result<void> pushed = reader.push(*event); !pushed) return pushed;
    if (Result<void> drained = drain(reader, encoder, answers); !drained) return drained;
  }
  for (const PreparedXa& xa : reader.undecided()) {
    spdlog::warn("{}, is undecided at the end: its rows are not shown", xa.described());
  }
  if (reader.in_transaction()) spdlog::warn("{} ends inside a transaction", reader.stream().file());
  return {};
}

Result<void> print_lines(RangedEvents& events, const TableSelector& selector, const DecodeCommand& command,
                         const SchemaFile* schema) {
  ChangeReader::Options options;
  options.statements = command.pass_over_statements ? StatementPolicy::warn : StatementPolicy::fail;
  options.unnamed_tables = true;
  options.ask_shapes = schema != nullptr;
  options.shape_advice = "; give --schema the definition that the table had when these rows were written";
  ChangeReader reader(selector, options);
  LineWriter lines(STDOUT_FILENO);
  LineEncoder encoder(lines);
  Result<void> decoded = decode_all(events, reader, encoder, schema);
  Result<void> flushed = lines.flush(); // the good lines come first, whatever ended the decoding
  return decoded ? flushed : decoded;
}

Result<void> print_stats(RangedEvents& events, const TableSelector& selector) {
  LogStats stats(selector);
  Result<void> counted = stats.count(events);
  LineWriter lines(STDOUT_FILENO);
  Result<void> written = lines.write(stats_table(stats.counts()));
  if (written) written = lines.flush();
  return counted ? written : counted;
}

} // namespace

Result<void> decode(const DecodeCommand& command) {
  const Result<PatternSelector> selector = PatternSelector::make(command.tables);
  if (!selector) return fail(selector.error());
  RangedEvents events(open_binlog_files(command.files), command.range);
  if (command.stats) return print_stats(events, *selector);
  if (command.schema.empty()) return print_lines(events, *selector, command, nullptr);
  const Result<SchemaFile> schema = SchemaFile::load(command.schema);
  if (!schema) return fail(schema.error());
  return print_lines(events, *selector, command, &*schema);
}

} // namespace rowferry
