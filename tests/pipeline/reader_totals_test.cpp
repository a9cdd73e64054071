#include "pipeline/reader_totals.hpp"

#include <gtest/gtest.h>

namespace rowferry {
namespace {

TEST(ReaderTotals, TellWhatOccurred) {
  EXPECT_EQ(summary({}, {}, 0), "read 0 transactions with 0 captured rows, sent as 0 messages");
  ReaderTotals totals;
  totals.messages = 5;
  totals.sent = 4;
  totals.bookkeeping = 3;
  totals.truncates = 1;
  totals.repeated = 2;
  ReaderCounters counters;
  counters.transactions = 6;
  counters.rows_captured = 10;
  counters.rows_events_filtered = 7;
  counters.statements_passed_over = 8;
  counters.unknown_ignorable = 9;
  EXPECT_EQ(
      summary(totals, counters, 11),
      "read 6 transactions with 10 captured rows, sent as 5 messages, 3 updates and deletes of an outbox not sent, "
      "1 TRUNCATEs not sent, 2 rows read again and left out, 7 rows events of other tables, "
      "8 changes logged as statements passed over, 9 unknown events that may be ignored, "
      "11 values that are no text of their character set");
}

} // namespace
} // namespace rowferry
