#include "app/schema_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <rowferry/schema/create_table.hpp>
#include <rowferry/schema/table_name.hpp>

namespace rowferry {
namespace {

Result<std::string> read_text(const std::string& path) {
  std::error_code no_folder;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, no_folder)) {
    return fail(Error::usage(fmt::format("--schema {}: {}", path, in ? "is a folder" : std::strerror(errno))));
  }
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return fail(Error::usage(fmt::format("--schema {}: {}", path, std::strerror(errno))));
  return text;
}

bool is_json(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

} // namespace

Result<SchemaFile> SchemaFile::load(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return fail(text.error());
  auto definitions = is_json(*text) ? parse_definitions(*text) : parse_create_tables(*text);
  if (!definitions) return fail(std::move(definitions.error()).in(fmt::format("--schema {}", path)));
  if (definitions->empty()) {
    return fail(
        Error::usage(fmt::format("--schema {}: there is no CREATE TABLE with columns in it, and no JSON", path)));
  }
  SchemaFile file;
  for (TableDefinition& definition : *definitions) {
    file.definitions_.push_back(std::make_shared<const TableDefinition>(std::move(definition)));
  }
  return file;
}

std::shared_ptr<const TableDefinition> SchemaFile::find(std::string_view database, std::string_view table) const {
  const std::string folded_database = lower_case_name(database);
  const std::string folded_table = lower_case_name(table);
  std::shared_ptr<const TableDefinition> best;
  int best_score = 0;
  for (const auto& each : definitions_) {
    if (lower_case_name(each->table) != folded_table) continue;
    if (!each->database.empty() && lower_case_name(each->database) != folded_database) continue;
    const int score = 1 + (each->table == table ? 1 : 0) + (each->database == database ? 2 : 0);
    if (score >= best_score) best = each; // of two the later one: what a dump creates last is what is there
    best_score = std::max(score, best_score);
  }
  return best;
}

} // namespace rowferry
