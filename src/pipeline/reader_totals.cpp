#include "pipeline/reader_totals.hpp"

#include <fmt/format.h>

namespace rowferry {
namespace {

void append(std::string& text, std::uint64_t count, std::string_view what) {
  if (count != 0) text += fmt::format(", {} {}", count, what);
}

} // namespace

std::string summary(const ReaderTotals& totals, const ReaderCounters& counters, std::uint64_t invalid_texts) {
  std::string text = fmt::format("read {} transactions with {} captured rows, sent as {} messages",
                                 counters.transactions, counters.rows_captured - totals.abandoned, totals.messages);
  append(text, totals.bookkeeping, "updates and deletes of an outbox not sent");
  append(text, totals.truncates, "TRUNCATEs not sent");
  append(text, totals.repeated, "rows read again and left out");
  append(text, counters.rows_events_filtered, "rows events of other tables");
  append(text, counters.statements_passed_over, "changes logged as statements passed over");
  append(text, counters.unknown_ignorable, "unknown events that may be ignored");
  append(text, invalid_texts, "values that are no text of their character set");
  return text;
}

} // namespace rowferry
