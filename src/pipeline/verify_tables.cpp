#include "pipeline/verify_tables.hpp"

#include <set>

namespace rowferry {
namespace {

TableFacts name_of(const TableRef& table) {
  TableFacts facts;
  facts.database = table.database;
  facts.table = table.table;
  return facts;
}

/// Tables of which more than the name is asked.
struct Questions {
  std::vector<TableRef> all_columns;
  std::vector<TableRef> some_columns;
  std::set<std::string> some;
};

/// Verified by their names; what these do not tell is left in the questions.
Result<Questions> verify_names(const Router& router, const std::vector<TableRef>& tables) {
  Questions questions;
  for (const TableRef& table : tables) {
    if (auto fits = router.verify(make_schema_for_check(name_of(table))); !fits) return fail(std::move(fits.error()));
    const NeededColumns needed = router.needed_columns(table.database, table.table);
    if (needed.all) {
      questions.all_columns.push_back(table);
    } else if (!needed.names.empty()) {
      questions.some_columns.push_back(table);
      questions.some.insert(needed.names.begin(), needed.names.end());
    }
  }
  return questions;
}

/// A table without one of the columns is asked for all of them: the message lists what there is.
Result<void> verify_some(const Router& router, TableSource& source, Questions& questions) {
  if (questions.some_columns.empty()) return {};
  const auto tables = source.columns(questions.some_columns, {questions.some.begin(), questions.some.end()});
  if (!tables) return fail(tables.error());
  for (const TableFacts& table : *tables) {
    // Of a table without columns nothing is known, which fits.
    if (!table.columns.empty() && router.verify(make_schema_for_check(table))) continue;
    questions.all_columns.push_back({table.database, table.table});
  }
  return {};
}

} // namespace

Result<void> verify_tables(const Router& router, TableSource& source) {
  const auto tables = source.names([&](auto database, auto table) { return router.wanted(database, table); });
  if (!tables) return fail(tables.error());
  auto questions = verify_names(router, *tables);
  if (!questions) return fail(std::move(questions.error()));
  if (auto asked = verify_some(router, source, *questions); !asked) return asked;
  if (questions->all_columns.empty()) return {};
  const auto whole = source.columns(questions->all_columns, {});
  if (!whole) return fail(whole.error());
  for (const TableFacts& table : *whole) {
    if (auto fits = router.verify(make_schema_for_check(table)); !fits) return fits;
  }
  return {};
}

} // namespace rowferry
