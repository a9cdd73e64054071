// modules: schema
#include <cstdlib>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/schema/create_table.hpp>

namespace {

bool is_text(const rowferry::TableDefinition& table) { return rowferry::is_utf8(rowferry::format_definition(table)); }

} // namespace

// What is read from SQL is written as JSON and read again as the same definition.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tables = rowferry::parse_create_tables(rowferry::as_text({data, size}));
  if (!tables) return 0;
  for (const rowferry::TableDefinition& table : *tables) {
    if (!is_text(table)) continue; // JSON has no text for other bytes
    const auto again = rowferry::parse_definitions(rowferry::format_definition(table));
    if (!again || again->size() != 1 || again->front() != table) std::abort();
  }
  return 0;
}
