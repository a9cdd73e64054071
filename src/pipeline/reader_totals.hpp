// What became of what was read.
#pragma once

#include <cstdint>
#include <rowferry/change/change_reader.hpp>
#include <string>

namespace rowferry {

/// Every captured row is in one of them; a row may be several messages.
struct ReaderTotals {
  std::uint64_t messages = 0;
  std::uint64_t sent = 0;        ///< changes that became messages
  std::uint64_t bookkeeping = 0; ///< outbox: updates, deletes, TRUNCATE
  std::uint64_t truncates = 0;   ///< TRUNCATE of a table whose topic depends on the row
  std::uint64_t repeated = 0;    ///< read again after a reconnect and left out
  std::uint64_t abandoned = 0;   ///< read ahead, and given up at a stop: they are read again after it
};

/// One line for the log at a stop; what did not occur is not mentioned.
std::string summary(const ReaderTotals& totals, const ReaderCounters& counters, std::uint64_t invalid_texts);

} // namespace rowferry
