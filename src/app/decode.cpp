#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <rowferry/change/change_reader.hpp>

#include "app/commands.hpp"
#include "app/line_encoder.hpp"
#include "app/log_stats.hpp"
#include "app/pattern_selector.hpp"
#include "app/ranged_events.hpp"
#include "app/stats_table.hpp"

namespace rowferry {
namespace {

/// All that the event under way gives.
Result<void> drain(ChangeReader& reader, LineEncoder& encoder) {
  while (true) {
    const Result<ChangeReader::Step> step = reader.next();
    if (!step) return fail(step.error());
    switch (*step) {
      case ChangeReader::Step::need_event:
        return {};
      case ChangeReader::Step::commit:
      case ChangeReader::Step::need_shape: // not asked for
        break;
      case ChangeReader::Step::warning:
        spdlog::warn("{}", reader.warning());
        break;
      case ChangeReader::Step::change:
        if (Result<void> written = encoder.write(reader.change()); !written) return written;
        break;
    }
  }
}

Result<void> decode_all(RangedEvents& events, ChangeReader& reader, LineEncoder& encoder) {
  reader.start({});
  while (true) {
    const Result<Bytes> event = events.next();
    if (!event) return fail(event.error());
    if (event->empty()) break;
    if (Result<void> pushed = reader.push(*event); !pushed) return pushed;
    if (Result<void> drained = drain(reader, encoder); !drained) return drained;
  }
  if (reader.in_transaction()) spdlog::warn("{} ends inside a transaction", reader.stream().file());
  return {};
}

Result<void> print_lines(RangedEvents& events, const TableSelector& selector, const DecodeCommand& command) {
  ChangeReader::Options options;
  options.statements = command.pass_over_statements ? StatementPolicy::warn : StatementPolicy::fail;
  options.unnamed_tables = true;
  ChangeReader reader(selector, options);
  LineWriter lines(STDOUT_FILENO);
  LineEncoder encoder(lines);
  Result<void> decoded = decode_all(events, reader, encoder);
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
  return command.stats ? print_stats(events, *selector) : print_lines(events, *selector, command);
}

} // namespace rowferry
